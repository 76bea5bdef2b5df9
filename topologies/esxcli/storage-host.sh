#!/bin/sh
# Makes a host for iSCSI and vMotion of a bare one. It would do so on a real host, too: nothing in it knows of Etherloom.
set -e

# Management: a second uplink that waits, and nobody listens to others.
esxcli network vswitch standard uplink add --uplink-name=vmnic1 --vswitch-name=vSwitch0
esxcli network vswitch standard policy failover set --vswitch-name=vSwitch0 --active-uplinks=vmnic0 --standby-uplinks=vmnic1
esxcli network vswitch standard policy security set -v vSwitch0 -p false -m false -f false

# Storage and vMotion: a vSwitch for jumbo frames with an uplink to each physical switch.
esxcli network vswitch standard add -P 256 -v vSwitch1
esxcli network vswitch standard set -m 9000 -c both -v vSwitch1
for nic in $(esxcli network nic list | awk '$1 ~ /^vmnic[23]$/ { print $1 }'); do
    esxcli network vswitch standard uplink add -u "$nic" -v vSwitch1
done
esxcli network vswitch standard portgroup add -p iSCSI-1 -v vSwitch1
esxcli network vswitch standard portgroup set -p iSCSI-1 -v 20
esxcli network vswitch standard portgroup add -p vMotion -v vSwitch1
esxcli network vswitch standard portgroup set -p vMotion -v 30

# Each port group has its own uplink; the other one waits for vMotion, and stays unused for iSCSI.
esxcli network vswitch standard portgroup policy failover set -p iSCSI-1 -a vmnic2
esxcli network vswitch standard portgroup policy failover set -p vMotion -a vmnic3 -s vmnic2 -b no
esxcli network vswitch standard portgroup policy shaping set -p vMotion -e yes -b 8000000 -k 8000000 -t 102400

esxcli network ip interface add -i vmk1 -p iSCSI-1 -m 9000
esxcli network ip interface ipv4 set -i vmk1 -t static -I 10.0.20.11 -N 255.255.255.0
esxcli network ip interface add -i vmk2 -p vMotion -m 9000
esxcli network ip interface ipv4 set -i vmk2 -t static -I 10.0.30.11 -N 255.255.255.0

esxcli system settings advanced set -o /Net/TeamPolicyUpDelay -i 30000
esxcli network diag ping -I vmk1 -H 10.0.20.200 -d -s 8972 -c 2
