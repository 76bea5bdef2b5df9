#!/usr/bin/env python3
"""Stands between a lab and the monitors of QEMU, under QEMU's name in a PATH of the lab's own.

It writes each command to `said` beside itself, as `ROLE COMMAND`, and kills QEMU as the file `order` there says: `ROLE COMMAND before|after`,
`after` being when QEMU has carried the command out and before the lab reads the answer. ROLE is source, or target for a process that waits for its guest.
"""
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

QEMU = '@QEMU@'
HERE = os.path.dirname(os.path.abspath(__file__))
DESCRIPTORS = 4


def order():
    try:
        with open(HERE + '/order') as file:
            return file.read().split()
    except OSError:
        return []


class Guest:
    """One process of QEMU."""

    def __init__(self, pid, role):
        self.pid, self.role = pid, role

    def is_alive(self):
        try:
            os.kill(self.pid, 0)
            return True
        except OSError:
            return False

    def is_time(self, command, when):
        if order() != [self.role, command, when]:
            return False
        os.unlink(HERE + '/order')
        os.kill(self.pid, signal.SIGKILL)
        return True


class Connection:
    """One of the lab's to a monitor, and one to QEMU's."""

    def __init__(self, guest, ours, theirs):
        self.guest, self.ours, self.theirs, self.asked = guest, ours, theirs, {}

    def pass_on(self):
        both = [threading.Thread(target=self.until_closed, args=[part], daemon=True) for part in (self.questions, self.answers)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        self.ours.close()
        self.theirs.close()

    def until_closed(self, part):
        try:
            part()
        except OSError:
            pass
        for each in (self.ours, self.theirs):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def questions(self):
        """Descriptors come with the octets of the command that wants them, and the lab waits for its answer before it says more."""
        begun, descriptors = b'', []
        while True:
            octets, more, _, _ = socket.recv_fds(self.ours, 1 << 16, DESCRIPTORS)
            if not octets:
                return
            descriptors += more
            *lines, begun = (begun + octets).split(b'\n')
            for line in lines:
                if not self.ask(line + b'\n', descriptors):
                    return
                while descriptors:
                    os.close(descriptors.pop())

    def ask(self, line, descriptors):
        question = json.loads(line)
        command = question['execute']
        with open(HERE + '/said', 'a') as said:
            said.write(self.guest.role + ' ' + command + '\n')
        if self.guest.is_time(command, 'before'):
            return False
        self.asked[question['id']] = command
        if descriptors:
            sent = socket.send_fds(self.theirs, [line], descriptors)
            line = line[sent:]
        self.theirs.sendall(line)
        return True

    def answers(self):
        for line in self.theirs.makefile('rb'):
            answer = json.loads(line)
            command = self.asked.pop(answer.get('id'), None)
            if command and 'return' in answer and self.guest.is_time(command, 'after'):
                return
            if command == 'cont' and 'return' in answer:
                self.guest.role = 'source'      # In the next move.
            self.ours.sendall(line)


def serve(guest, path, listening, theirs):
    """One monitor: QEMU has one connection to it at a time."""
    with listening:
        listening.settimeout(0.2)
        while theirs:
            try:
                ours, _ = listening.accept()
            except TimeoutError:
                if guest.is_alive():
                    continue
                return
            ours.setblocking(True)
            Connection(guest, ours, theirs).pass_on()
            theirs = connected(guest, path + 'r')


def connected(guest, path):
    while guest.is_alive():
        theirs = socket.socket(socket.AF_UNIX)
        if theirs.connect_ex(path) == 0:
            return theirs
        theirs.close()
        time.sleep(0.005)
    return None


def main(words):
    if words[:1] == ['between']:
        guest = Guest(int(words[1]), words[2])
        # As with QEMU, whoever finds the first finds all.
        for path in reversed(words[3:]):
            listening, theirs = socket.socket(socket.AF_UNIX), connected(guest, path + 'r')
            listening.bind(path)
            listening.listen(4)
            threading.Thread(target=serve, args=[guest, path, listening, theirs]).start()
        return
    paths = []
    for at in [i + 1 for i, word in enumerate(words) if word == '-qmp']:
        path, rest = words[at].removeprefix('unix:').split(',', 1)
        words[at] = 'unix:' + path + 'r,' + rest
        paths.append(path)
    if paths:
        role = 'target' if '-incoming' in words else 'source'
        none = subprocess.DEVNULL
        environment = {'PATH': os.environ['PATH']}
        subprocess.Popen([sys.executable, __file__, 'between', str(os.getpid()), role, *paths], env=environment, stdin=none, stdout=none, stderr=none)
    os.execv(QEMU, [QEMU] + words)


main(sys.argv[1:])
