import { Inject, Injectable } from '@nestjs/common';
import { NOW, type Now } from '../now.js';
import { isUsable, labelsSince } from './calibration-rule.js';
import type { JudgeCalibration, JudgeIdentity } from './judge-calibration.js';
import { LabelsRepository } from './labels.repository.js';

/** Calibrates judges by what people said of the runs that they judged; labels that are too old do not count. */
@Injectable()
export class LabelledCalibration implements JudgeCalibration {
  constructor(
    @Inject(LabelsRepository) private readonly labels: LabelsRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  async isCalibrated(judge: JudgeIdentity): Promise<boolean> {
    return isUsable(await this.labels.of(judge, labelsSince(this.now())));
  }
}
