/** What one check found. */
export interface Finding {
  area: 'machine' | 'system';
  name: string;
  level: 'ok' | 'warning' | 'failure';
  detail: string;
  /** What to do, where something is to be done. */
  fix?: string;
}

export type Check = () => Promise<Omit<Finding, 'area' | 'name'>>;

/** A check that throws has failed; what it threw says why. */
export async function runCheck(area: Finding['area'], name: string, check: Check): Promise<Finding> {
  try {
    return { area, name, ...(await check()) };
  } catch (error) {
    return { area, name, level: 'failure', detail: error instanceof Error ? error.message : String(error) };
  }
}
