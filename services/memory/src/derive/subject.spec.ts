import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claimOf } from './subject.js';

const claim = (text: string, self = 'Ann') => claimOf(text, self);

describe('what a statement is about', () => {
  it.each([
    ['My favourite colour is teal.', "Ann's favorite color is now red"],
    ['I live in Bonn', 'Ann has moved to Rome'],
    ["I'm based in Bonn, near the river", 'Actually, I moved to Rome.'],
    ['I work at Acme', 'Ann joined Initech'],
    ['The deadline is May 1', 'We pushed the deadline from May 1 to May 8'],
    ['the deadline for the report is Friday', 'The deadline for the report has been moved to Monday'],
    ['The budget is 200 euros', 'The budget was raised from 200 euros to 250 euros'],
    ['I like tea', "I don't like tea anymore"],
    ['Ann loves running', 'Ann hates running'],
    ['I prefer tea over coffee', 'I prefer coffee to tea'],
    ['Please remember that my email is a@example.org', 'My email is b@example.org'],
    ['Call me Annie', 'My name is Anna'],
    ['The timeout of the gateway is 30 s', 'The timeout of the gateway is now 60 s'],
  ])('is the same of %j and %j, with another value', (one, other) => {
    expect(claim(one)).toBeDefined();
    expect(claim(one)?.subject).toBe(claim(other)?.subject);
    expect(claim(one)?.value).not.toBe(claim(other)?.value);
  });

  it.each([
    ['I live in Bonn', 'Ann lives in bonn.'],
    ['My favourite colour is teal', "The user's favorite color is teal"],
    ['I love jazz', 'Ann really likes jazz'],
  ])('and the value are the same of %j and %j', (one, other) => {
    expect(claim(one)).toEqual(claim(other));
  });

  it.each([
    ['My favourite colour is teal', 'My favourite food is rice'],
    ['I live in Bonn', 'Bob lives in Bonn'],
    ['The deadline for the report is Friday', 'The deadline for the talk is Friday'],
    ['I like tea', 'I like coffee'],
  ])('differs between %j and %j', (one, other) => {
    expect(claim(one)?.subject).not.toBe(claim(other)?.subject);
  });

  it.each([
    'Is my favourite colour teal?',
    'The app is fast',
    'The app is written in Go',
    'My dog is sick',
    'Hello there, how are you doing',
    'It was great',
    '',
    '用户喜欢喝绿茶',
  ])('is nothing for %j, so that nothing takes its place', (text) => {
    expect(claim(text)).toBeUndefined();
  });

  it('is read from any text in bounded time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.string(), (text, self) => {
        const found = claimOf(text, self);
        if (found) expect(found.subject.length * found.value.length).toBeGreaterThan(0);
      }),
    );
    expect(claimOf(`my ${'favourite '.repeat(5_000)}is x`, '')).toBeUndefined();
  });
});
