import 'reflect-metadata';
import { runService } from '@switchyard/service';
import { serviceDefinition } from './index.js';

await runService(serviceDefinition);
