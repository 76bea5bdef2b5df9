#!/usr/bin/env bash
# Makes all captures of this folder anew, with a lab of topologies/two-hosts.yaml. Needs root, iperf3 and ping.
set -euo pipefail
cd "$(dirname "$0")/.."

etherloom() { ./etherloom "$@"; }

# Starts a capture in the background and returns once it has begun: file, options of capture.
begin() {
  file=pcap-samples/$1
  shift
  rm -f "$file"
  ./etherloom capture "$@" -w "$file" &
  capture=$!
  until [[ -s $file ]]; do
    kill -0 "$capture"     # It says itself what is wrong with it.
    sleep 0.1
  done
}

# Ends it, if it does not end by itself.
end() {
  sleep 0.5
  kill "$capture" 2>/dev/null || true
  wait "$capture" || true
}

etherloom up topologies/two-hosts.yaml --detach
trap './etherloom down' EXIT
etherloom exec web1 -- ping -q -c 1 web2
etherloom exec web1 -- ping -q -c 1 db2

etherloom exec web1 -- ip neigh flush all
begin ping.pcapng --port web1 --count 8 "icmp or arp"
etherloom exec web1 -- ping -q -c 4 -i 0.2 web2
end

begin vlan-tags.pcapng --port esx1/vmnic1 --port tor2/24 "vlan and icmp"
etherloom exec web1 -- ping -q -c 3 -i 0.2 db2
end

begin failover.pcapng --port esx1/vmnic0 --port esx1/vmnic1 --point UplinkSnd --point UplinkRcv "vlan and icmp"
etherloom exec web1 -- ping -q -c 30 -i 0.1 web2 &
ping=$!
sleep 1
etherloom link down esx1/vmnic1
sleep 0.7
etherloom link up esx1/vmnic1
wait "$ping"
end

etherloom exec web2 -- iperf3 -s -1 >/dev/null &
server=$!
sleep 1
begin segments.pcapng --port web1 --snaplen 96 --count 60 "tcp and greater 200"
etherloom exec web1 -- iperf3 -c web2 -n 400K >/dev/null
wait "$server"
end

etherloom set portgroup esx1/DMZ security.forgedTransmits=reject security.macChanges=reject
begin drops.pcapng --lab --point Drop --count 12 "icmp or arp"
etherloom exec db1 -- sh -c 'ip link set eth0 down; ip link set eth0 address 00:50:56:00:00:99; ip link set eth0 up'
etherloom exec db1 -- ping -q -c 2 -i 0.2 -W 1 10.0.20.1 || true
etherloom exec web1 -- ping -q -c 2 -i 0.2 -W 1 db1 || true
end
