import { project } from '../../jest.preset.mjs';

export default project('libs/evidence');
