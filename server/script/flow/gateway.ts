/** A gateway (Kailash SDK WorkflowServer, Nexus) has the workflow already, by name: only inputs go there. */
import type { BodyPart } from '../../../templates/framework.ts';
import { literalPath, type MadeRequests, type Material, request } from './material.ts';
import { executePath } from './paths.ts';

export function gateway(material: Material): MadeRequests {
  const { target } = material;
  const at = material.target.headers?.findIndex(({ name }) => name.toLowerCase() === 'x-durable') ?? -1;
  if (at !== -1) return { problems: [{ path: `target.headers[${at}].name`, message: 'X-Durable: false is sent to every gateway; leave it out here.' }] };
  // Without it an enterprise server answers an equal POST from its cache for an hour, and the test would measure that.
  const uncached = { ...material, headers: [...material.headers, { name: 'X-Durable', value: 'false' }] };
  const name = encodeURIComponent(target.workflowName ?? '');
  const path = literalPath(executePath(target));
  if (target.mode !== 'async') {
    const execute = request(uncached, { name: 'execute', path, body: bodyOf(material, '}'), success: 'gateway' });
    return { requests: { setUp: [], execute, poll: null, data: {} } };
  }
  return {
    requests: {
      setUp: [],
      execute: request(uncached, { name: 'execute', path, body: bodyOf(material, ',"mode":"async"}'), success: 'accepted', takes: { value: 'execution', pointer: '/execution_id' } }),
      poll: request(uncached, { name: 'poll', path: `/workflows/${name}/status/{execution}`, body: null, success: 'polledGateway' }),
      data: {},
    },
  };
}

function bodyOf({ inputs }: Material, end: string): BodyPart[] {
  return inputs ? [{ text: '{"inputs":' }, inputs, { text: end }] : [{ text: `{"inputs":{}${end}` }];
}
