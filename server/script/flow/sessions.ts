/** The middleware's API (APIGateway): a session and a workflow once for each user; then executions, which are polled. */
import type { BodyPart, ScriptRequest } from '../../../templates/framework.ts';
import { sessionsDefinition } from '../../workflow/convert.ts';
import { type MadeRequests, type Material, request } from './material.ts';
import { SESSIONS_PATH } from './paths.ts';

const WORKFLOW = 'data/workflow.json';

export function sessions(material: Material): MadeRequests {
  const { target, workflow, definition, inputs } = material;
  const converted = target.workflowName === undefined ? sessionsDefinition(workflow, definition) : null;
  if (converted?.problems) return { problems: converted.problems };
  const session = request(material, { name: 'session', path: SESSIONS_PATH, body: [{ text: '{}' }], success: 'value', takes: { value: 'session', pointer: '/session_id' } });
  const workflowId: BodyPart = converted ? { value: 'workflow' } : { text: JSON.stringify(target.workflowName) };
  return {
    requests: {
      setUp: converted ? [session, createWorkflow(material)] : [session],
      execute: request(material, {
        name: 'execute',
        path: '/api/executions?session_id={session}',
        body: [{ text: '{"workflow_id":' }, workflowId, { text: ',"inputs":' }, inputs ?? { text: '{}' }, { text: '}' }],
        success: 'started',
        takes: { value: 'execution', pointer: '/execution_id' },
      }),
      poll: request(material, { name: 'poll', path: '/api/executions/{execution}?session_id={session}', body: null, success: 'polledSessions' }),
      data: converted ? { [WORKFLOW]: converted.text } : {},
    },
  };
}

function createWorkflow(material: Material): ScriptRequest {
  return request(material, {
    name: 'workflow',
    path: '/api/workflows?session_id={session}',
    body: [{ file: WORKFLOW }],
    success: 'value',
    takes: { value: 'workflow', pointer: '/workflow_id' },
  });
}
