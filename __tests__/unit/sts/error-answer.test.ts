import { readErrorAnswer } from '../../../src/sts/error-answer.js';

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const AWS = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

describe('an error answer', () => {
  it.each<[string, string, string, string]>([
    [
      'of AWS',
      `<ErrorResponse ${AWS}>\n <Error>\n <Type>Sender</Type>\n <Code>AccessDenied</Code>\n <Message>Not authorized</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
      'AccessDenied',
      'Not authorized',
    ],
    [
      'of Ceph',
      `${XML}<Error><Code>AccessDenied</Code><Message></Message><RequestId>tx1</RequestId><HostId>x</HostId></Error>`,
      'AccessDenied',
      '',
    ],
    [
      'of Ceph without words',
      '<Error><Code>NoSuchKey</Code><RequestId>1</RequestId></Error>',
      'NoSuchKey',
      '',
    ],
    [
      'of MinIO',
      `${XML}<ErrorResponse ${AWS}><Error><Type></Type><Code>InvalidParameterValue</Code><Message>invalid token</Message></Error></ErrorResponse>`,
      'InvalidParameterValue',
      'invalid token',
    ],
    [
      'of moto, in the shape of EC2',
      '<Response><Errors><Error><Code>Throttling</Code><Message>x</Message></Error></Errors></Response>',
      'Throttling',
      'x',
    ],
    ['with a byte order mark', '\ufeff<Error><Code>A</Code></Error>', 'A', ''],
    [
      'whose words are escaped',
      '<Error><Code>A</Code><Message>a &lt;b&gt; &amp;amp; &quot;&#39;&#x21;</Message></Error>',
      'A',
      'a <b> &amp; "\'!',
    ],
    [
      'whose escapes are none',
      '<Error><Code>A</Code><Message>&nope; &#9999999; &#x110000; &constructor;</Message></Error>',
      'A',
      '&nope; &#9999999; &#x110000; &constructor;',
    ],
    [
      'whose words are verbatim',
      '<Error><Code>A</Code><Message><![CDATA[a < b]]></Message></Error>',
      'A',
      'a < b',
    ],
    [
      'that is cut off behind its code',
      '<ErrorResponse><Error><Code>AccessDenied</Code><Mess',
      'AccessDenied',
      '',
    ],
    ['that is cut off in its words', '<Error><Code>AccessDenied</Code><Message>Not auth', 'AccessDenied', ''],
    ['whose words hold elements', '<Error><Code>A</Code><Message><b>x</b></Message></Error>', 'A', ''],
  ])('%s', (_, body, code, message) => {
    expect(readErrorAnswer(body)).toEqual({ code, message });
  });

  it.each([
    '',
    'x',
    '<Error>',
    '<Error><Code/></Error>',
    '<Error><Code></Code></Error>',
    '<Error><Code>  </Code></Error>',
    '<Error><Code>a b</Code></Error>',
    '<Error><Code><x/></Code></Error>',
    `<Error><Code>${'x'.repeat(200)}</Code></Error>`,
    '<ErrorResponse><Error><Code>AccessDen',
    '<html><Error><Code>AccessDenied</Code></Error></html>',
    '<html><body>&lt;Code&gt; <Code>AccessDenied</Code></body></html>',
    '{"__type":"AccessDenied"}',
    '<AssumeRoleResponse><Code>A</Code></AssumeRoleResponse>',
    '\u0000\u0001\u0002',
  ])('is not seen in %j', (body) => {
    expect(readErrorAnswer(body)).toBeUndefined();
  });

  it('is read in no time, however long it is', () => {
    const start = performance.now();
    for (const part of [
      '<Code>',
      '<Error>',
      '<Code> ',
      '<Errors>',
      '&#1',
      '<Message>',
      ' ',
      '<?xml ',
      '<Message><![CDATA[',
    ])
      readErrorAnswer(`<Error>${part.repeat(2 ** 20 / part.length)}`);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
