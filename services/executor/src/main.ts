import { runService } from '@switchyard/service';
import { serviceDefinition } from './service-definition.js';

await runService(serviceDefinition);
