import type { Case } from '../peers-b.fixture.js';
import { nothing, cut } from './shared.fixture.js';

const weather = (params: string): string => `<function name="weather_of">${params}</function>`;
const city = (name: string): object => ({ calls: [['weather_of', { city: name }]] });

/** MiniCPM 5's tags. */
export const MINICPM: readonly Case[] = [
  [
    'minicpm-5',
    'text around',
    `Intro before.\n${weather('<param name="city">上海</param><param name="date">2024-06-27</param>')}\nOutro after.\n`,
    { calls: [['weather_of', { city: '上海', date: '2024-06-27' }]], content: 'Intro before.\nOutro after.' },
  ],
  [
    'minicpm-5',
    'CDATA',
    weather('<param name="city"><![CDATA[北\n京 & </param> <b>]]></param>'),
    city('北\n京 & </param> <b>'),
  ],
  ['minicpm-5', 'an ampersand', weather('<param name="city">A & B</param>'), city('A & B')],
  [
    'minicpm-5',
    'a tag around the arguments',
    weather('<arguments><param name="city">Paris</param></arguments>'),
    city('Paris'),
  ],
  [
    'minicpm-5',
    'tags that lost their space',
    '<functionname="weather_of"><paramname="city">Paris</param></function>',
    city('Paris'),
  ],
  [
    'minicpm-5',
    'lines between the tags',
    '<function name="weather_of">\n  <param name="city">Paris</param>\n</function>\n',
    city('Paris'),
  ],
  [
    'minicpm-5',
    'types by the schema',
    '<function name="sum_values"><param name="nums">[1, 2, 3]</param><param name="exact">true</param></function>',
    { calls: [['sum_values', { nums: [1, 2, 3], exact: true }]] },
  ],
  [
    'minicpm-5',
    'text between calls',
    `Head\n${weather('<param name="city">Paris</param>')}\nTXT\n<function name="sum_values"><param name="nums">[7,8]</param></function>\nTail`,
    {
      calls: [
        ['weather_of', { city: 'Paris' }],
        ['sum_values', { nums: [7, 8] }],
      ],
      content: 'Head\nTXT\nTail',
    },
  ],
  ['minicpm-5', 'no parameters', '<function name="refresh"></function>', { calls: [['refresh', {}]] }],
  // All show it to the user: it was meant as a call, and the model learns why it is none.
  [
    'minicpm-5',
    'a tool that was not offered',
    '<function name="unknown"><param name="x">1</param></function>',
    { rejected: ['unknown_tool'] },
  ],
  ['minicpm-5', 'without its end', '<function name="weather_of"><param name="city">北京</param>', cut],
  ['minicpm-5', 'a parameter without a name', weather('<param>北京</param><param name="date">x</param>'), nothing],
  [
    'minicpm-5',
    'a parameter twice',
    weather('<param name="city">北京</param><param name="city">上海</param>'),
    nothing,
  ],
  [
    'minicpm-5',
    'a parameter in other letters',
    weather('<param name="City">北京</param>'),
    { rejected: ['invalid_arguments'] },
  ],
  // vLLM takes the arguments out of it.
  [
    'minicpm-5',
    'the schema in place of the arguments',
    weather(`<param name="properties">{'city': 'Paris'}</param>`),
    { rejected: ['invalid_arguments'] },
  ],
  [
    'minicpm-5',
    'reasoning whose beginning was left out',
    'The user wants the weather.</think>It is sunny.',
    { reasoning: 'The user wants the weather.', content: 'It is sunny.' },
  ],
  [
    'minicpm-5',
    'the word alone',
    'The function of this tool is simple.',
    { content: 'The function of this tool is simple.' },
  ],
];
