import { Inject, Injectable } from '@nestjs/common';
import type { JudgeRecordSchema, LabelAgreementSchema, ListJudgesQuery, MessageInitShape } from '@switchyard/contracts';
import { wilsonInterval } from '@switchyard/evidence';
import { NOW, type Now } from '../now.js';
import { isUsable, labelsSince, type Agreement } from './calibration-rule.js';
import { LabelsRepository } from './labels.repository.js';

/** Judges as their users see them: what they scored, and how they agree with people. */
@Injectable()
export class JudgeRecordService {
  constructor(
    @Inject(LabelsRepository) private readonly labels: LabelsRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** Those that scored most first. */
  async list({ tenant, scorer }: ListJudgesQuery): Promise<MessageInitShape<typeof JudgeRecordSchema>[]> {
    const records: MessageInitShape<typeof JudgeRecordSchema>[] = [];
    for (const judge of await this.labels.judges(tenant, scorer)) {
      const labels = await this.labels.of(judge, labelsSince(this.now()));
      const { configuration, standard, agent, scores } = judge;
      const agreement = { right: agreementView(labels.right), wrong: agreementView(labels.wrong) };
      const calibrated = isUsable(labels);
      records.push({ scorer: judge.scorer, configuration, standard, agent, scores, calibrated, ...agreement });
    }
    return records;
  }
}

function agreementView({ cases, agreed }: Agreement): MessageInitShape<typeof LabelAgreementSchema> {
  return { cases, agreed, ...wilsonInterval(cases === 0 ? 0 : agreed / cases, cases) };
}
