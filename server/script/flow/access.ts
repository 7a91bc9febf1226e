/** Who asks: the header that every request carries, the login that gives its value, and the variables that both need. */
import type { Credential, ScriptRequest, ScriptVariable } from '../../../templates/framework.ts';
import { literalPath, type Material, request, type Target } from './material.ts';

export interface Access {
  readonly credential: Credential | null;
  readonly login: ScriptRequest | null;
  readonly variables: readonly ScriptVariable[];
}

const NOBODY: Access = { credential: null, login: null, variables: [] };

export function accessOf(auth: Target['auth'], material: Pick<Material, 'headers'>): Access {
  if (auth?.bearer) {
    const { variable } = auth.bearer;
    return { ...NOBODY, credential: { header: 'authorization', prefix: 'Bearer ', variable }, variables: [{ name: variable, holds: 'the bearer token', kind: 'header' }] };
  }
  if (auth?.apiKey) {
    const { header, variable } = auth.apiKey;
    return { ...NOBODY, credential: { header, prefix: '', variable }, variables: [{ name: variable, holds: 'the API key', kind: 'header' }] };
  }
  return auth?.login ? loginWith(auth.login, material) : NOBODY;
}

type Login = NonNullable<NonNullable<Target['auth']>['login']>;

function loginWith({ path, usernameVariable, passwordVariable, tokenField }: Login, material: Pick<Material, 'headers'>): Access {
  return {
    credential: { header: 'authorization', prefix: 'Bearer ', variable: null },
    login: request(material, {
      name: 'login',
      path: literalPath(path),
      body: [{ text: '{"username":' }, { variable: usernameVariable }, { text: ',"password":' }, { variable: passwordVariable }, { text: '}' }],
      success: 'value',
      takes: { value: 'token', pointer: tokenField.startsWith('/') ? tokenField : `/${tokenField.replaceAll('~', '~0')}` },
    }),
    variables: [
      { name: usernameVariable, holds: 'the user name of the login', kind: 'text' },
      { name: passwordVariable, holds: 'the password of the login', kind: 'text' },
    ],
  };
}
