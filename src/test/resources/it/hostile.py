# What a hostile guest sends by eth0, with scapy: each kind so many times, its name in the payload.
#   hostile.py KIND=COUNT... ; the last frame is an honest one with the text "the-end".
import random
import sys
import time

from scapy.all import LLC, SNAP, STP, Dot1Q, Dot3, Ether, Raw, conf, get_if_hwaddr

EXPERIMENT = 0x88B5
EVERYBODY = "ff:ff:ff:ff:ff:ff"
own = get_if_hwaddr("eth0")


def station():
    return "02:" + ":".join("%02x" % random.randrange(256) for _ in range(5))


def text(kind):
    return Raw(kind.encode().ljust(46, b"."))


def tagged(outer, inner, kind):
    return Ether(src=own, dst=EVERYBODY) / Dot1Q(vlan=outer) / Dot1Q(vlan=inner, type=EXPERIMENT) / text(kind)


KINDS = {
    "honest": lambda: Ether(src=own, dst=EVERYBODY, type=EXPERIMENT) / text("honest"),
    "forged": lambda: Ether(src="02:00:00:00:00:aa", dst=EVERYBODY, type=EXPERIMENT) / text("forged"),
    "flood": lambda: Ether(src=station(), dst=station(), type=EXPERIMENT) / text("flood"),
    "bpdu": lambda: Dot3(src=own, dst="01:80:c2:00:00:00") / LLC(dsap=0x42, ssap=0x42, ctrl=3) / STP(),
    "pvst": lambda: Dot3(src=own, dst="01:00:0c:cc:cc:cd") / LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(OUI=0x0C, code=0x010B) / STP(),
    "hop1020": lambda: tagged(10, 20, "hop1020"),
    "hop3010": lambda: tagged(30, 10, "hop3010"),
}

socket = conf.L2socket(iface="eth0")
for wanted in sys.argv[1:]:
    kind, count = wanted.split("=")
    for number in range(int(count)):
        socket.send(KINDS[kind]())
        if number % 20 == 19:
            time.sleep(0.005)  # Queues on the way are short, and this is not a test of them.
socket.send(Ether(src=own, dst=EVERYBODY, type=EXPERIMENT) / text("the-end"))
