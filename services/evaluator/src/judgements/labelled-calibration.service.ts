import { Inject, Injectable } from '@nestjs/common';
import { NOW, type Now } from '../now.js';
import { isUsable, LABELS_COUNT_DAYS } from './calibration-rule.js';
import type { JudgeCalibration, JudgeIdentity } from './judge-calibration.js';
import { LabelsRepository } from './labels.repository.js';

const DAY_MS = 86_400_000;

/** Calibrates judges by what people said of the runs that they judged; labels that are too old do not count. */
@Injectable()
export class LabelledCalibration implements JudgeCalibration {
  constructor(
    @Inject(LabelsRepository) private readonly labels: LabelsRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  async isCalibrated(judge: JudgeIdentity): Promise<boolean> {
    const since = new Date(this.now().getTime() - LABELS_COUNT_DAYS * DAY_MS);
    return isUsable(await this.labels.of(judge, since));
  }
}
