import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import type { BundleKind } from '@switchyard/contracts';
import { BUNDLE_SERVICES, BundleOwner } from '@switchyard/service';

/** A kind of record, and who has it. */
export interface OwnedKind extends BundleKind {
  owner: BundleOwner;
}

/** All services that have records. */
@Injectable()
export class BundleServices {
  readonly #owners: readonly BundleOwner[];

  constructor(@Inject(RpcClient) rpc: RpcClient) {
    this.#owners = BUNDLE_SERVICES.map((service) => new BundleOwner(rpc, service));
  }

  /** In the order in which they rest on each other. Every service has to answer: a record with a hole in it is none. */
  async kinds(scope: { tenant: string; since?: Date | undefined }): Promise<OwnedKind[]> {
    const lists = await Promise.all(
      this.#owners.map(async (owner) => (await owner.kinds(scope)).map((kind) => ({ ...kind, owner }))),
    );
    return lists.flat();
  }
}
