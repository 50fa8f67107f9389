export { ToolSearch, type FoundTool, type SearchableTool } from './tool-search.js';
