/** Injects `JudgeCalibration`. */
export const JUDGE_CALIBRATION = Symbol('judge.calibration');

/** Knows which judges were held against people's labels. */
export interface JudgeCalibration {
  /**
   * Whether the scores that a configuration gives under a scorer's name are calibrated, as of now.
   *
   * @param configuration fingerprint of the judge's configuration
   */
  isCalibrated(judge: { tenant: string; scorer: string; configuration: string }): Promise<boolean>;
}

/** Until there are labels: every judge may score, and no gate should rest on it. */
export const noCalibration: JudgeCalibration = { isCalibrated: () => Promise.resolve(false) };
