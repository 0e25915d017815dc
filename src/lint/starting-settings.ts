const schema = 'https://raw.githubusercontent.com/kubechains/kubechains/main/schemas/kubechains-settings.schema.json';

/** An initial kubechains.yaml: valid as it is, with every setting in a comment. */
export const startingSettings = `# yaml-language-server: $schema=${schema}
#
# Settings of kubechains, for this directory and all below it.

# How severe a rule is: off, info, warning or error. \`kubechains rules\` lists them.
rules: {}
#  service/no-readiness-probe: off
#  workload/*: info

# Findings that you accept, each with a reason. path is a glob, object is Kind NAMESPACE/NAME; both may be left out.
ignore: []
#  - rule: service/no-matching-pods
#    path: examples/**
#    reason: the Pods are created by a tutorial

# The exit status is 1 from this severity on.
failOn: error

# Facts of the cluster that manifests do not carry.
#kubeVersion: '1.36'
#serviceCIDR: 10.96.0.0/12
#serviceNodePortRange: 30000-32767
`;
