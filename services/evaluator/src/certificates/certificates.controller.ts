import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  EvaluatorService,
  type CertificateQuery,
  type ListCertificatesQuery,
  type RevokeCertificateRequest,
} from '@switchyard/contracts';
import { CertificatesService } from './certificates.service.js';

/** `<prefix>.rpc.evaluator.…_certificate(s)` */
@Controller()
export class CertificatesController {
  constructor(@Inject(CertificatesService) private readonly certificates: CertificatesService) {}

  @Rpc(EvaluatorService.method.getCertificate)
  get(query: CertificateQuery) {
    return this.certificates.get(query);
  }

  @Rpc(EvaluatorService.method.listCertificates)
  list(query: ListCertificatesQuery) {
    return this.certificates.list(query);
  }

  @Rpc(EvaluatorService.method.revokeCertificate)
  revoke(request: RevokeCertificateRequest) {
    return this.certificates.revoke(request);
  }
}
