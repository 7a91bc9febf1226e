/** How the target knows who asks, as the form keeps it: names of variables, never their values. */
import type { TestPlan } from '../../../../server/script/plan.ts';

export type AuthKind = 'none' | 'bearer' | 'apiKey' | 'login';

export interface AuthFields {
  /** Empty: none, and the plan does not speak of it. */
  kind: '' | AuthKind;
  bearer: { variable: string };
  apiKey: { header: string; variable: string };
  login: { path: string; usernameVariable: string; passwordVariable: string; tokenField: string };
}

export function emptyAuth(): AuthFields {
  return {
    kind: '',
    bearer: { variable: 'LOAD_TEST_TOKEN' },
    apiKey: { header: 'X-API-Key', variable: 'LOAD_TEST_API_KEY' },
    // As Studio documents its login.
    login: { path: '/api/auth/login', usernameVariable: 'LOAD_TEST_USERNAME', passwordVariable: 'LOAD_TEST_PASSWORD', tokenField: 'token' },
  };
}

export function toAuth({ kind, bearer, apiKey, login }: AuthFields) {
  switch (kind) {
    case '':
      return undefined;
    case 'none':
      return { none: true };
    case 'bearer':
      return { bearer: { variable: bearer.variable.trim() } };
    case 'apiKey':
      return { apiKey: { header: apiKey.header.trim(), variable: apiKey.variable.trim() } };
    case 'login': {
      const { path, usernameVariable, passwordVariable, tokenField } = login;
      // A member of an answer may begin or end with a space.
      return { login: { path: path.trim(), usernameVariable: usernameVariable.trim(), passwordVariable: passwordVariable.trim(), tokenField } };
    }
  }
}

export function fromAuth(auth: TestPlan['target']['auth']): AuthFields {
  const empty = emptyAuth();
  if (!auth) return empty;
  const kind = auth.bearer ? 'bearer' : auth.apiKey ? 'apiKey' : auth.login ? 'login' : 'none';
  return {
    kind,
    bearer: { ...(auth.bearer ?? empty.bearer) },
    apiKey: { ...(auth.apiKey ?? empty.apiKey) },
    login: { ...(auth.login ?? empty.login) },
  };
}
