"""A service manager as far as sd_notify(3) can tell: a socket that somebody reads."""

import os
import socket
import threading


class Listener:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        self.environment = {"NOTIFY_SOCKET": path}
        self.messages = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while self.socket.recv(4096):
            self.messages += 1
