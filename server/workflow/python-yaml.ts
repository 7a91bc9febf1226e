/**
 * YAML as the SDK's own reader (PyYAML) reads it: version 1.1, of two equal keys the last one, and its plain words. The
 * version's own list is longer: it makes false of the key `n`, and a number of the text `1e5`, which PyYAML writes without quotes.
 */
import { parse, type ScalarTag, type Tags } from 'yaml';

/** PyYAML 6, resolver.py. */
const PLAIN: Readonly<Record<string, string>> = {
  'tag:yaml.org,2002:bool': 'yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF',
  'tag:yaml.org,2002:int': '[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+',
  'tag:yaml.org,2002:float':
    '[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)',
};

/** @param change what else is to be different in the tags of single values. Throws what `yaml` throws. */
export function readPythonYaml(text: string, change: (tag: ScalarTag) => ScalarTag = (tag) => tag): unknown {
  // An unknown tag (!!python/tuple) is no reason to refuse.
  return parse(text, { version: '1.1', uniqueKeys: false, logLevel: 'error', customTags: (tags) => tagsOf(tags, change) });
}

function tagsOf(tags: Tags, change: (tag: ScalarTag) => ScalarTag): Tags {
  return tags.map((tag) => {
    if (typeof tag === 'string' || tag.collection !== undefined) return tag;
    const plain = PLAIN[tag.tag];
    return change(plain === undefined || !tag.test ? tag : { ...tag, test: new RegExp(`(?=^(?:${plain})$)${tag.test.source}`) });
  });
}
