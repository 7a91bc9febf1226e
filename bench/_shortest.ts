/** The tools as they are: the shortest script of each that makes the same requests as ours, with nothing of ours in it. */
import type { Bundle, ScriptInput, ScriptRequest } from '../templates/framework.ts';

export type ShortScript = Pick<Bundle, 'files' | 'command'>;

/** Its users ask again and again, until somebody ends them. */
export const shortestScripts: Readonly<Record<string, (input: ScriptInput) => ShortScript>> = {
  locust({ flow: { execute, baseUrl }, data, plan }) {
    const text = `from locust import FastHttpUser, task

BODY = open("body.json", "rb").read()
HEADERS = ${JSON.stringify(headersOf(execute))}


class Shortest(FastHttpUser):
    host = ${JSON.stringify(baseUrl)}

    @task
    def execute(self):
        self.client.post(${JSON.stringify(execute.path)}, data=BODY, headers=HEADERS)
`;
    const files = [{ path: 'locustfile.py', text, mediaType: 'text/x-python' }, { path: 'body.json', text: bodyOf(execute, data), mediaType: 'application/json' }];
    return { files, command: `locust -f locustfile.py --headless --only-summary -u ${plan.maxUsers} -r ${plan.maxUsers}` };
  },

  artillery({ flow: { execute, baseUrl }, data, plan }) {
    const script = {
      config: { target: baseUrl, phases: [{ duration: 1, arrivalCount: plan.maxUsers }] },
      scenarios: [{ flow: [{ loop: [{ post: { url: execute.path, headers: headersOf(execute), body: bodyOf(execute, data) } }], count: 1_000_000 }] }],
    };
    return { files: [{ path: 'shortest.yml', text: JSON.stringify(script, null, 2), mediaType: 'application/yaml' }], command: 'artillery run shortest.yml' };
  },
};

const headersOf = ({ headers }: ScriptRequest): Record<string, string> => Object.fromEntries(headers.map(({ name, value }) => [name, value]));

function bodyOf({ body }: ScriptRequest, data: ScriptInput['data']): string {
  return (body ?? []).map((part) => ('file' in part ? (data[part.file] ?? '') : 'text' in part ? part.text : '')).join('');
}
