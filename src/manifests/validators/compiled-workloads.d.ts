import type { Validator } from './validator.js';

export const Pod: Validator;
export const Deployment: Validator;
export const ReplicaSet: Validator;
export const StatefulSet: Validator;
export const DaemonSet: Validator;
export const Job: Validator;
export const CronJob: Validator;
export const ReplicationController: Validator;
