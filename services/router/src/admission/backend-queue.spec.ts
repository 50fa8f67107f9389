import { describe, expect, it } from '@jest/globals';
import { BackendQueue, mostQueued } from './backend-queue.js';

describe('what a router knows of a queue', () => {
  const letIn = (queue: BackendQueue, from: number, to: number) => {
    for (let run = from; run < to; run += 1) queue.letIn(`run_${run}`);
  };
  const publish = (queue: BackendQueue, from: number, to: number) => {
    for (let run = from; run < to; run += 1) queue.published(`run_${run}`);
  };

  it('lets through without a look what surely fits, and wants a look once half of it is sent', () => {
    const queue = new BackendQueue(100);
    expect([queue.room, queue.isOld]).toEqual([200, false]);
    letIn(queue, 0, 99);
    expect([queue.room, queue.isOld]).toEqual([101, false]);
    publish(queue, 0, 99);
    letIn(queue, 99, 100);
    expect([queue.room, queue.isOld]).toEqual([100, true]);
  });

  it('counts what is not out yet, and what goes out during a look although it may be seen already: never too little', () => {
    const queue = new BackendQueue(100);
    letIn(queue, 0, 50);
    publish(queue, 0, 30);
    const seen = queue.look();
    publish(queue, 30, 35);
    seen({ depth: 30, fleet: 100 });
    expect(queue.room).toBe(200 - 30 - 5 - 15);
    queue.published('run_that_goes_on');
    expect(queue.room).toBe(149);
  });

  it('forgets a run that was let in and never went out: its place is not lost', () => {
    let now = 0;
    const queue = new BackendQueue(100, () => now);
    letIn(queue, 0, 10);
    now = 6_000;
    letIn(queue, 10, 11);
    queue.look()({ depth: 0, fleet: 100 });
    expect(queue.room).toBe(199);
  });

  it('follows the fleet, and keeps small fleets busy too', () => {
    const queue = new BackendQueue(100);
    queue.look()({ depth: 500, fleet: 1_000 });
    expect(queue.room).toBe(1_500);
    queue.look()({ depth: 500, fleet: 4 });
    expect(queue.room).toBe(0);
    expect(mostQueued(4)).toBe(64);
  });
});
