# Every folder of scenarios/ is loaded in a network namespace of its own; then connections are made.
for scenario in scenarios/*; do
  mkdir -p "/results/$scenario"
  (cd "$scenario" && unshare -n sh /job/load.sh "/results/$scenario") 2> "/results/$scenario/errors"
done
mkdir -p /results/traffic
sh ./traffic.sh /results/traffic 2> /results/traffic/errors
