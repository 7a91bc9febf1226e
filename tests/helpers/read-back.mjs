// Reads scripts back: standard input holds a JSON list of texts, standard output gets what V8 makes of each.
import { text } from 'node:stream/consumers';
import vm from 'node:vm';
import { literalsOf } from './literals.mjs';

const context = vm.createContext({});

function read(script) {
  try {
    new vm.SourceTextModule(script, { context });
    const values = Object.fromEntries(Object.entries(literalsOf(script)).map(([name, literal]) => [name, vm.runInContext(`(${literal})`, context)]));
    return { problem: null, values };
  } catch (error) {
    return { problem: String(error), values: {} };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(await text(process.stdin)).map(read)));
