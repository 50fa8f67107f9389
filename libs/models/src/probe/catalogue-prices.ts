import { loadCatalogue } from '../catalogue/load-catalogue.js';
import type { Prices } from '../usage.js';

/** Prices of the built-in catalogue, for the same model at the same host; null for none. */
export async function cataloguePrices(baseUrl: string, model: string): Promise<Prices | null> {
  const host = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).host : undefined);
  const wanted = host(baseUrl);
  if (wanted === undefined) return null;
  const entries = (await loadCatalogue()).values();
  const entry = [...entries].find((each) => host(each.baseUrl) === wanted && each.model === model);
  return entry?.profile.prices ?? null;
}
