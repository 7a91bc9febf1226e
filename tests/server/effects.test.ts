import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { plannedEffects } from '../../server/script/generate.ts';
import { parsePlan } from '../../server/script/plan.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { type ActingNode, type Effect, effectsOf } from '../../server/workflow/effects.ts';
import { readWorkflow } from '../../server/workflow/read.ts';

const node = (type: string, parameters: Record<string, unknown> = {}, id = 'n'): ActingNode => ({ id, type, parameters });
const listOf = (nodes: readonly ActingNode[]) => effectsOf('studio', nodes);
const one = (type: string, parameters?: Record<string, unknown>): Effect | undefined => listOf([node(type, parameters)]).items[0];

function ofFixture(name: string) {
  const { workflow } = readWorkflow(readFileSync(new URL(`../fixtures/workflows/${name}`, import.meta.url), 'utf8'));
  if (!workflow) throw new Error(`${name} cannot be read`);
  return workflow.effects.items.map(({ nodeId, kind, mayAct, detail }) => [nodeId, kind, mayAct ? 'may act' : 'acts', detail]);
}

describe('what acts outside is listed', () => {
  test.each([
    ['02-ask-llm.studio.json', [['ask', 'llm', 'acts', 'openai gpt-4o-mini'], ['keep', 'file_write', 'acts', 'out.json']]],
    ['03-http-auth.builder-list.json', [['fetch', 'http', 'acts', 'api.example.com'], ['push', 'http', 'acts', 'hooks.example.com'], ['pick', 'code', 'may act', '']]],
    ['04-sql.studio.json', [['orders', 'sql_read', 'acts', 'SELECT id, total FROM orders WHERE note <> … AND name LIKE …'], ['stock', 'sql_read', 'acts', 'SELECT sku FROM stock WHERE sku = $1']]],
    ['07-switch-merge.sdk.json', ['load', 'vip', 'normal', 'blocked'].map((id) => [id, 'code', 'may act', ''])],
    ['14-session.manifest.json', [['check_permissions', 'unknown', 'may act', ''], ['init_session', 'code', 'may act', ''], ['log_security_event', 'unknown', 'may act', ''], ['audit_session_creation', 'unknown', 'may act', '']]],
    ['15-triage.kaizen-template.json', [['classifier', 'llm', 'acts', 'gpt-4o-mini'], ['responder', 'llm', 'acts', 'gpt-4o']]],
  ])('%s', (file, expected) => {
    expect(ofFixture(file)).toEqual(expected);
  });

  test.each([
    'MergeNode', 'AsyncMergeNode', 'SwitchNode', 'AsyncSwitchNode', 'FilterNode', 'Map', 'Sort', 'LoopNode', 'TextSplitterNode', 'SemanticChunkerNode',
    'ContextFormatterNode', 'BasicAuthNode', 'DocumentSourceNode',
  ])('%s only turns values into values', (type) => {
    expect(one(type)).toBeUndefined();
  });

  test.each([
    ['LLMAgentNode', 'llm'], ['IterativeLLMAgentNode', 'llm'], ['EmbeddingGeneratorNode', 'llm'], ['KaizenTextSummarizationNode', 'llm'], ['HybridRAGNode', 'llm'],
    ['HTTPRequestNode', 'http'], ['AsyncRESTClientNode', 'http'], ['GraphQLClientNode', 'http'], ['OAuth2Node', 'http'], ['DiscordAlertNode', 'http'], ['SharePointGraphReader', 'http'],
    ['EmailSenderNode', 'mail'], ['SMTPNode', 'mail'],
    ['CSVReaderNode', 'file_read'], ['DirectoryReaderNode', 'file_read'], ['JSONWriterNode', 'file_write'],
    ['SQLBulkUpsertNode', 'sql_write'], ['BulkDeleteNode', 'sql_write'],
    ['PythonCodeNode', 'code'], ['AsyncPythonCodeNode', 'code'], ['DataTransformer', 'code'],
    ['KubernetesNode', 'unknown'], ['WorkflowNode', 'unknown'], ['SomethingOfTheirOwn', 'unknown'], ['toString', 'unknown'],
  ])('%s is %s', (type, kind) => {
    expect(one(type)).toMatchObject({ kind, mayAct: kind === 'code' || kind === 'unknown' });
  });

  test('an agent of a Kaizen template asks a model whatever its type is called', () => {
    expect(effectsOf('kaizen', [node('Summariser')]).items[0]).toMatchObject({ kind: 'llm', mayAct: false });
  });
});

describe('a query says whether it reads or writes', () => {
  test.each([
    ['SELECT 1', 'sql_read'],
    ["  (select 'DELETE FROM x' from t)", 'sql_read'],
    ['-- DELETE everything\nSELECT "update" FROM t;', 'sql_read'],
    ['WITH a AS (SELECT 1) SELECT * FROM a', 'sql_read'],
    ['SELECT replace(name, $1, $2) FROM t', 'sql_read'],
    ['EXPLAIN SELECT 1', 'sql_read'],
    ['insert into t values (1)', 'sql_write'],
    ['WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone', 'sql_write'],
    ['SELECT * INTO copy FROM t', 'sql_write'],
    ['SELECT * FROM t FOR UPDATE', 'sql_write'],
    ['SELECT 1; DROP TABLE t', 'sql_write'],
    ["SELECT 'a\\'; DELETE FROM t WHERE b = 'c'", 'sql_write'],
    ['SELECT 1 /*!50000 ; DROP TABLE t */', 'sql_write'],
    ['$sql', 'sql_write'],
    ['', 'sql_write'],
  ])('%s', (query, kind) => {
    expect(one('SQLDatabaseNode', { query })?.kind).toBe(kind);
  });
});

describe('a detail never shows a secret', () => {
  test.each([
    ['HTTPRequestNode', { url: 'https://svc:pw-SECRET@hooks.example.com:8443/in/SECRET?key=SECRET#SECRET' }, 'hooks.example.com:8443'],
    ['HTTPRequestNode', { url: 'SECRET:SECRET@host/x' }, ''],
    ['HTTPRequestNode', { url: '$SECRET/x' }, ''],
    ['HTTPRequestNode', {}, ''],
    ['HTTPRequestNode', { url: 42 }, ''],
    ['SQLDatabaseNode', { connection_string: 'postgresql://report:p%40SECRET@db.example.com:5432/shop?password=SECRET' }, 'db.example.com:5432'],
    ['SQLDatabaseNode', { connection_string: 'postgresql://report:SE/CRET@db.example.com/shop' }, 'db.example.com'],
    ['SQLDatabaseNode', { connection_string: 'postgresql://report:SECRET?x@db.example.com/shop' }, ''],
    ['SQLDatabaseNode', { query: "SELECT a FROM t WHERE token = 'SECRET' AND b = 1" }, 'SELECT a FROM t WHERE token = … AND b = 1'],
    ['SQLDatabaseNode', { query: "SELECT a FROM t WHERE p = 'C:\\' AND token = 'SECRET'" }, 'SELECT a FROM t WHERE p = …'],
    ['SQLDatabaseNode', { query: "SELECT a FROM t WHERE p = 'it\\'s SECRET'" }, 'SELECT a FROM t WHERE p = …'],
    ['SQLDatabaseNode', { query: 'SELECT a FROM "t" WHERE token = "SECRET"' }, 'SELECT a FROM "t" WHERE token = …'],
    ['SQLDatabaseNode', { query: 'SELECT $q$SECRET$q$ /* SECRET */' }, 'SELECT …'],
    ['SQLDatabaseNode', { query: "SELECT a FROM t WHERE token = 'SECRET" }, 'SELECT a FROM t WHERE token = …'],
    ['JSONWriterNode', { file_path: 's3://key:SECRET@bucket/out.json?sig=SECRET' }, 's3://bucket/out.json'],
    ['EmailSenderNode', { to: ['someone@example.com'], smtp_password: 'SECRET' }, 'example.com'],
    ['LLMAgentNode', { model: 'small-1', api_key: 'SECRET' }, 'small-1'],
    ['OwnNode', { url: 'https://a.example.com/?k=SECRET', token: 'SECRET' }, 'a.example.com'],
    ['PythonCodeNode', { code: "token = 'SECRET'" }, ''],
  ])('%s %j', (type, parameters, detail) => {
    expect(one(type, parameters)?.detail).toBe(detail);
    expect(JSON.stringify(one(type, parameters))).not.toContain('SECRET');
  });

  test('and is short, on one line', () => {
    expect(one('SQLDatabaseNode', { query: `SELECT\n  ${'column, '.repeat(100)} x FROM t` })?.detail).toMatch(/^SELECT column, .{0,50} …$/);
    expect(one('CSVReaderNode', { file_path: `a\u0000b/${'x'.repeat(500)}` })?.detail).toHaveLength(100);
  });
});

describe('the hash of the list', () => {
  const a = node('HTTPRequestNode', { url: 'https://a.example.com/' }, 'a');
  const b = node('LLMAgentNode', { model: 'small-1' }, 'b');

  test('does not depend on the order of the nodes, nor on pure ones', () => {
    const { hash } = listOf([a, b]);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(listOf([b, node('MergeNode', {}, 'm'), a]).hash).toBe(hash);
    expect(listOf([b, a]).items.map((item) => item.nodeId)).toEqual(['b', 'a']);
  });

  test('changes with what a user would want to know', () => {
    const hashes = [
      listOf([a, b]),
      listOf([a]),
      listOf([]),
      listOf([a, node('LLMAgentNode', { model: 'large-1' }, 'b')]),
      listOf([a, node('LLMAgentNode', { model: 'small-1' }, 'c')]),
      listOf([node('HTTPRequestNode', { url: 'https://b.example.com/' }, 'a'), b]),
    ].map((effects) => effects.hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('as it is agreed to is of one target: another path there is the same one, another origin is not', () => {
    const hashFor = (baseUrl: string) => {
      const { plan, problems } = parsePlan({ target: { preset: 'studio', baseUrl }, load: { preset: { key: 'smoke' } } });
      if (!plan) throw new Error(JSON.stringify(problems));
      return plannedEffects({ effects: listOf([a, b]) }, resolvePlan(plan)).hash;
    };
    const hash = hashFor('http://127.0.0.1:8000');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(['http://127.0.0.1:8000/', 'http://127.0.0.1:8000/studio'].map(hashFor)).toEqual([hash, hash]);
    for (const other of ['http://127.0.0.1:8001', 'https://127.0.0.1:8000', 'http://shop.example.com:8000']) expect(hashFor(other)).not.toBe(hash);
  });

  test('exists for node ids that are no whole characters', () => {
    expect(listOf([node('LLMAgentNode', {}, '\ud800\u0000')]).items[0]?.nodeId).toBe('\ufffd');
  });
});
