export type { FromSchema, Json, JsonSchema } from './schema/json-schema.js';
export { faultsOf } from './schema/validate.js';
export {
  offerTool,
  offerTools,
  type Offer,
  type OfferOptions,
  type ToolExtra,
  type WebTool,
} from './offer/offer-tool.js';
export { offerForm, type FormTool } from './offer/offer-form.js';
export {
  findModelContext,
  supportOf,
  type ContextTool,
  type ModelContext,
  type RegisterOptions,
  type Support,
  type ToolHints,
} from './offer/model-context.js';
export { installModelContext } from './polyfill/install.js';
