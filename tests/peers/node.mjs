// Node's tls as the peer of the close matrix (the command line and the scenarios are those of peer.hpp). Node answers
// close_notify by itself unless allowHalfOpen; "wait" and "late" are played with allowHalfOpen.
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const [role, version, scenario, port, certificate, key] = process.argv.slice(2);
const questionSize = 8;
const long = 'abcdefghijklmnopqrstuvwxyz'.repeat(1539).slice(0, 40000);
const seen = {peer: `Node ${process.versions.node}`, handshake: false, received: 0, check: 0, end: '', late: '', why: ''};

setTimeout(() => process.exit(1), 60000).unref();
process.on('exit', () => console.log(JSON.stringify(seen)));

const versions = {minVersion: `TLSv${version}`, maxVersion: `TLSv${version}`};
const halfOpen = scenario === 'wait' || scenario === 'late';
const line = net.connect({host: '127.0.0.1', port: Number(port), noDelay: true, allowHalfOpen: halfOpen});

line.once('connect', () => {
  const peer = role === 'server'
    ? new tls.TLSSocket(line, {
        isServer: true, allowHalfOpen: halfOpen,
        secureContext: tls.createSecureContext({cert: fs.readFileSync(certificate), key: fs.readFileSync(key), ...versions})})
    : tls.connect({socket: line, servername: 'a.test', rejectUnauthorized: false, allowHalfOpen: halfOpen, ...versions});
  peer.once(role === 'server' ? 'secure' : 'secureConnect', () => { seen.handshake = true; });
  peer.on('error', (error) => { seen.end = 'error'; seen.why = error.code ?? error.message; });
  play(peer);
});
line.on('error', (error) => { seen.end ||= 'error'; seen.why ||= error.code ?? error.message; });

function play(peer) {
  let question = questionSize;
  peer.on('data', (part) => {
    const more = part.subarray(Math.min(question, part.length));
    if (question > 0) {
      question -= part.length - more.length;
      if (question === 0) act(peer);
    }
    seen.received += more.length;
    for (const byte of more) seen.check = (Math.imul(seen.check, 31) + byte) >>> 0;
  });
  peer.on('end', () => {
    seen.end ||= 'end';  // Node does not say whether close_notify came
    if (scenario === 'late') peer.end('too late', (error) => { seen.late = error ? 'refused' : 'written'; });
  });
}

function act(peer) {
  peer.write('answer');
  if (scenario === 'close' || scenario === 'wait') peer.end();
  if (scenario === 'write') peer.end(long);
}
