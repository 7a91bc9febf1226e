/** The target as the form keeps it: what was typed for each preset and each kind of access stands side by side. */
import type { METHODS, TARGETS, TestPlan } from '../../../../server/script/plan.ts';
import { type AuthFields, emptyAuth, fromAuth, toAuth } from './auth.ts';
import { blank, textOr } from './typed.ts';

export type TargetPreset = (typeof TARGETS)[number];
export type Method = (typeof METHODS)[number];

export interface HeaderFields {
  name: string;
  value: string;
}

export interface TargetFields {
  preset: TargetPreset;
  baseUrl: string;
  /** Empty: the preset's own path; `custom` has none. */
  paths: { studio: string; gateway: string; custom: string };
  /** On the gateway. */
  workflowName: string;
  /** Of the sessions API; empty: each user creates the workflow. */
  workflowId: string;
  /** Empty: the preset's own, and the plan does not speak of it. */
  mode: '' | 'sync' | 'async';
  /** Of `custom`. Empty: POST, and the plan does not speak of it. */
  method: '' | Method;
  /** Of `custom`: a body of its own, instead of the definition. */
  ownBody: boolean;
  body: string;
  headers: HeaderFields[];
  /** Null: the default, and the plan does not speak of it. */
  failOnSuccessFalse: boolean | null;
  auth: AuthFields;
}

export function emptyTarget(): TargetFields {
  return {
    preset: 'studio',
    baseUrl: '',
    paths: { studio: '', gateway: '', custom: '' },
    workflowName: '',
    workflowId: '',
    mode: '',
    method: '',
    ownBody: false,
    body: '{"workflow": {"$workflow": true}, "inputs": {"$inputs": true}}',
    headers: [],
    failOnSuccessFalse: null,
    auth: emptyAuth(),
  };
}

/** Rows that were added and left empty are no headers. */
export const isBlankHeader = ({ name, value }: HeaderFields): boolean => blank(name) && blank(value);

export const isPolled = ({ preset, mode }: Pick<TargetFields, 'preset' | 'mode'>): boolean => preset === 'sessions' || (preset === 'gateway' && mode === 'async');

export const sendsNoBody = ({ method }: Pick<TargetFields, 'method'>): boolean => method === 'GET';

export function toTarget(target: TargetFields) {
  const headers = target.headers.filter((header) => !isBlankHeader(header));
  return {
    preset: target.preset,
    baseUrl: target.baseUrl.trim(),
    ...ofPreset(target),
    auth: toAuth(target.auth),
    headers: headers.length > 0 ? headers.map(({ name, value }) => ({ name: name.trim(), value })) : undefined,
    failOnSuccessFalse: target.failOnSuccessFalse ?? undefined,
  };
}

function ofPreset(target: TargetFields) {
  switch (target.preset) {
    case 'studio':
      return { path: textOr(target.paths.studio), mode: target.mode === 'sync' ? target.mode : undefined };
    case 'gateway':
      return { path: textOr(target.paths.gateway), workflowName: textOr(target.workflowName), mode: target.mode === '' ? undefined : target.mode };
    case 'sessions':
      return { workflowName: textOr(target.workflowId), mode: target.mode === 'async' ? target.mode : undefined };
    case 'custom':
      return {
        path: textOr(target.paths.custom),
        mode: target.mode === 'sync' ? target.mode : undefined,
        method: target.method === '' ? undefined : target.method,
        body: target.ownBody && !sendsNoBody(target) ? target.body : undefined,
      };
  }
}

export function fromTarget(target: TestPlan['target']): TargetFields {
  const { preset, baseUrl, path = '', workflowName = '', mode = '', method = '', headers = [] } = target;
  const empty = emptyTarget();
  return {
    ...empty,
    preset,
    baseUrl,
    paths: preset === 'sessions' ? empty.paths : { ...empty.paths, [preset]: path },
    workflowName: preset === 'gateway' ? workflowName : '',
    workflowId: preset === 'sessions' ? workflowName : '',
    mode,
    method,
    ownBody: target.body !== undefined,
    body: target.body ?? empty.body,
    headers: headers.map((header) => ({ ...header })),
    failOnSuccessFalse: target.failOnSuccessFalse ?? null,
    auth: fromAuth(target.auth),
  };
}
