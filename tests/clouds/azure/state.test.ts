import type { ContainerGroup } from '@azure/arm-containerinstance';
import { describe, expect, test } from 'vitest';
import { seenOf } from '../../../server/clouds/azure/state.ts';

describe('What a container group is at', () => {
  const group = (state: string, current: object | null, more: object = {}): ContainerGroup =>
    ({ osType: 'Linux', provisioningState: 'Succeeded', instanceView: { state }, containers: [{ name: 'shard', image: '', resources: { requests: { cpu: 1, memoryInGB: 1 } }, instanceView: { ...(current ? { currentState: current } : {}), ...more } }] }) as ContainerGroup;
  const terminated = (exitCode: number, detailStatus = 'Error') => ({ state: 'Terminated', exitCode, detailStatus });
  const events = [{ name: 'Pulling', type: 'Normal', message: 'pulling image "x"' }, { name: 'Failed', type: 'Warning', message: 'Error: ImagePullBackOff' }];

  for (const [what, given, seen] of [
    ['one that runs', group('Running', { state: 'Running' }), { state: 'running', reason: null }],
    ['one that has ended well', group('Succeeded', terminated(0, 'Completed')), { state: 'succeeded', reason: null }],
    ['one whose group has not said so yet', group('Running', terminated(0, 'Completed')), { state: 'succeeded', reason: null }],
    ['one that has failed', group('Failed', terminated(1)), { state: 'failed', reason: 'It ended with exit code 1.' }],
    ['one without memory', group('Failed', terminated(137, 'OOMKilled')), { state: 'failed', reason: 'It ran out of memory: set LOAD_TESTING_AZURE_MEMORY higher, or use more shards.' }],
    ['one that was stopped', group('Stopped', terminated(137)), { state: 'stopped', reason: 'It was stopped.' }],
    ['one that was stopped early', group('Stopped', null), { state: 'stopped', reason: 'It was stopped before it ran.' }],
    ['one that Azure moves', { ...group('Running', { state: 'Running' }), provisioningState: 'Repairing' }, { state: 'failed', reason: 'Azure took the machine it ran on away.' }],
    ['one that nobody could start', { ...group('Failed', null), provisioningState: 'Failed' }, { state: 'failed', reason: 'Azure could not start it, and does not say why.' }],
    ['one that waits for a place', { ...group('Pending', null), provisioningState: 'Pending' }, { state: 'pending', reason: 'Azure finds a place for it.' }],
    ['one that is made', { ...group('Pending', { state: 'Waiting' }), provisioningState: 'Creating' }, { state: 'pending', reason: 'Azure starts it.' }],
    ['one that pulls', group('Pending', { state: 'Waiting' }, { events: events.slice(0, 1) }), { state: 'pending', reason: 'Azure says: pulling image "x".' }],
    ['one that cannot', group('Pending', { state: 'Waiting' }, { events }), { state: 'pending', reason: expect.stringMatching(/^The image cannot be pulled: .* Azure says: Error: ImagePullBackOff\.$/) }],
  ] as const)
    test(what, () => expect(seenOf(given as ContainerGroup)).toEqual(seen));
});
