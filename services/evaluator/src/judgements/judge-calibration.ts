/** Injects `JudgeCalibration`. */
export const JUDGE_CALIBRATION = Symbol('judge.calibration');

/** A judge as it is calibrated: one configuration, asked one thing under one name. */
export interface JudgeIdentity {
  tenant: string;
  scorer: string;
  /** Fingerprint of what it is asked. */
  standard: string;
  /** Fingerprint of the configuration that answers. */
  configuration: string;
}

/** Knows which judges were held against people's labels. */
export interface JudgeCalibration {
  /** Whether a gate may rest on what a judge says, as of now. */
  isCalibrated(judge: JudgeIdentity): Promise<boolean>;
}
