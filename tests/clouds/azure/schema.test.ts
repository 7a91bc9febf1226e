import { describe, expect, test } from 'vitest';
import { wrongIn } from './schema.ts';

describe('Bodies for Azure are held against its API', () => {
  const group = (more: object = {}, container: object = {}) => ({ location: 'w', properties: { osType: 'Linux', containers: [{ name: 'a', properties: { image: 'x', resources: { requests: { cpu: 1, memoryInGB: 2 } }, ...container } }], ...more } });
  const asked = (body: unknown) => wrongIn('ContainerGroup', body, { isAnswer: false });

  test('what is right passes', () => expect(asked(group())).toEqual([]));

  for (const [what, body, wrong] of [
    ['a name that there is not', group({}, { enviromentVariables: [] }), '$.properties.containers[0].properties.enviromentVariables: unknown'],
    ['a wrong kind', group({}, { resources: { requests: { cpu: '1', memoryInGB: 2 } } }), '$.properties.containers[0].properties.resources.requests.cpu: string, want number'],
    ['what is missing', { location: 'w', properties: { osType: 'Linux' } }, '$.properties.containers: required'],
    ['what only Azure may say', group({ provisioningState: 'Succeeded' }), '$.properties.provisioningState: only Azure says it'],
    ['a word that is not on a closed list', group({ restartPolicy: 'never' }), '$.properties.restartPolicy: "never" is not one of Always, OnFailure, Never'],
    ['a kind of identity that there is not', { ...group(), identity: { type: 'Mine' } }, '$.identity.type: "Mine" is not one of SystemAssigned, UserAssigned, SystemAssigned, UserAssigned, None'],
    ['a list that is none', group({ volumes: {} }), '$.properties.volumes: want a list'],
  ] as const)
    test(`${what} is found`, () => expect(asked(body)).toEqual([wrong]));

  test('an answer may say more', () => expect(wrongIn('ContainerGroup', group({ provisioningState: 'Succeeded' }), { isAnswer: true })).toEqual([]));
});
