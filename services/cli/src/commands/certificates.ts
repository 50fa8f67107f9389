import { Option, type Command } from 'commander';
import type { CertificateFilter } from '@switchyard/client';
import { CertificateListSchema, CertificateSchema, toWire } from '@switchyard/contracts';
import { filled, positive } from '../arguments.js';
import { certificatesText, certificateText, checksText } from '../certificate/certificate-text.js';
import { verifyCertificate } from '../certificate/verify-certificate.js';
import { action } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';

/** `certificates` */
export function addCertificates(program: Command): void {
  const certificates = program
    .command('certificates')
    .description('Dated statements that an agent is no worse on one backend or version than on another');
  certificates
    .command('list')
    .description('Certificates, the newest first')
    .option('-a, --agent <name>', 'of this agent only', filled)
    .option('-b, --backend <name>', 'only those that speak of this backend', filled)
    .addOption(
      new Option('--status <status>', 'only those that are so now').choices(['in_force', 'expired', 'revoked']),
    )
    .option('-l, --limit <n>', 'how many at most (default: 50)', positive)
    .option('--after <id>', 'only those that are older than this one', filled)
    .addHelpText('after', '\nExamples:\n  switchyard certificates list --agent assistant --status in_force')
    .action(
      action(async (context, flags: CertificateFilter) => {
        const found = await (await context.client()).certificates.list(flags);
        context.print(toWire(CertificateListSchema, found, { complete: true }), () =>
          certificatesText(found.certificates),
        );
      }),
    );
  certificates
    .command('show')
    .description('What one says, and whether it is still in force')
    .argument('<certificate>')
    .addHelpText('after', '\nExamples:\n  switchyard certificates show cert_…')
    .action(
      action(async (context, id: string) => {
        const found = await (await context.client()).certificates.get(id);
        context.print(toWire(CertificateSchema, found, { complete: true }), () => certificateText(found));
      }),
    );
  certificates
    .command('revoke')
    .description('End one that should not be relied on any more')
    .argument('<certificate>')
    .requiredOption('-r, --reason <text>', 'why', filled)
    .addHelpText('after', '\nExamples:\n  switchyard certificates revoke cert_… --reason "the suite was wrong"')
    .action(
      action(async (context, id: string, { reason }: { reason: string }) => {
        const revoked = await (await context.client()).certificates.revoke(id, reason);
        context.print(toWire(CertificateSchema, revoked, { complete: true }), () => certificateText(revoked));
      }),
    );
  addVerify(certificates);
}

function addVerify(certificates: Command): void {
  certificates
    .command('verify')
    .description('Compute its digest and its comparisons again, from the record, and tell what differs')
    .argument('<certificate>')
    .addHelpText(
      'after',
      '\nExit status: 0 where everything comes out byte for byte as it was, 1 where something differs.\n\nExamples:\n  switchyard certificates verify cert_…',
    )
    .action(
      action(async (context, id: string) => {
        const client = await context.client();
        const checks = await verifyCertificate(await client.certificates.get(id), ({ candidate, ...question }) =>
          client.evaluations.compare(candidate, question),
        );
        const verified = checks.every(({ passed }) => passed);
        const report = { id, verified, checks: checks.map((check) => ({ ...check })) };
        context.print(report, () => checksText(id, checks));
        if (!verified) process.exitCode = EXIT.failed;
      }),
    );
}
