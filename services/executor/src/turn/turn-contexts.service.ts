import { Injectable } from '@nestjs/common';
import { tokenCounter, type Backend, type ModelRequest } from '@switchyard/models';
import { TurnContext, type Learnt } from './turn-context.js';

/** Opens the contexts of turns, with what earlier turns learnt of their backends. In memory: a new process learns anew. */
@Injectable()
export class TurnContexts {
  readonly #learnt = new Map<string, { profileVersion: string; learnt: Promise<Learnt> }>();

  /** @throws ModelError `model.overflow.unfittable` */
  async open(request: ModelRequest, backend: Backend): Promise<TurnContext> {
    return TurnContext.open(request, backend, await this.#learntOf(backend));
  }

  #learntOf({ name, profile }: Backend): Promise<Learnt> {
    const known = this.#learnt.get(name);
    if (known?.profileVersion === profile.version) return known.learnt;
    const learnt = tokenCounter(profile).then((counter) => ({ counter, window: profile.contextWindow }));
    this.#learnt.set(name, { profileVersion: profile.version, learnt });
    return learnt;
  }
}
