#!/usr/bin/python3
"""Stands between a lab and the monitor of QEMU, under QEMU's name in a PATH of the lab's own.

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


def order():
    try:
        with open(HERE + '/order') as file:
            return file.read().split()
    except OSError:
        return []


class Between:
    def __init__(self, pid, path, role):
        self.pid, self.role, self.asked = pid, role, {}
        self.theirs = socket.socket(socket.AF_UNIX)
        while self.theirs.connect_ex(path + 'r'):
            os.kill(pid, 0)
            time.sleep(0.005)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen(1)
            self.ours, _ = listening.accept()
        os.unlink(path)

    def is_time(self, command, when):
        if order() != [self.role, command, when]:
            return False
        os.unlink(HERE + '/order')
        os.kill(self.pid, signal.SIGKILL)
        return True

    def questions(self):
        for line in self.ours.makefile('rb'):
            question = json.loads(line)
            command = question['execute']
            with open(HERE + '/said', 'a') as said:
                said.write(self.role + ' ' + command + '\n')
            if self.is_time(command, 'before'):
                return
            self.asked[question['id']] = command
            self.theirs.sendall(line)

    def answers(self):
        for line in self.theirs.makefile('rb'):
            answer = json.loads(line)
            command = self.asked.pop(answer.get('id'), None)
            if command and 'return' in answer and self.is_time(command, 'after'):
                return
            if command == 'cont' and 'return' in answer:
                self.role = 'source'      # In the next move.
            self.ours.sendall(line)


def main(words):
    if words[:1] == ['between']:
        between = Between(int(words[1]), words[2], words[3])
        both = [threading.Thread(target=part, daemon=True) for part in (between.questions, between.answers)]
        for thread in both:
            thread.start()
        while all(thread.is_alive() for thread in both):
            time.sleep(0.01)
        return
    if '-qmp' in words:
        at = words.index('-qmp') + 1
        path, rest = words[at].removeprefix('unix:').split(',', 1)
        words[at] = 'unix:' + path + 'r,' + rest
        role = 'target' if '-incoming' in words else 'source'
        none = subprocess.DEVNULL
        subprocess.Popen([sys.executable, __file__, 'between', str(os.getpid()), path, role], env={}, stdin=none, stdout=none, stderr=none)
    os.execv(QEMU, [QEMU] + words)


main(sys.argv[1:])
