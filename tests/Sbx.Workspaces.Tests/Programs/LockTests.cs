using Sbx.Workspaces.Tests.Mounting;

namespace Sbx.Workspaces.Tests.Programs;

public sealed class LockTests : IDisposable
{
    private const string Library =
        """
        import fcntl, os, sys, time, signal, errno
        def held(path, kind=fcntl.LOCK_EX):
            with open(path, "r+") as f:
                try: fcntl.lockf(f, kind | fcntl.LOCK_NB); fcntl.lockf(f, fcntl.LOCK_UN); return False
                except OSError as e: assert e.errno in (errno.EAGAIN, errno.EACCES), e; return True
        def child(work):
            pid = os.fork()
            if pid == 0:
                try: work(); os._exit(0)
                except BaseException as e: print(repr(e), flush=True); os._exit(1)
            return pid
        def wait(pid): assert os.waitpid(pid, 0)[1] == 0
        def other(work): wait(child(work))
        """;

    private readonly MountedWorkspace _workspace = new();

    public LockTests() => _workspace.Run("touch f");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_record_lock_excludes_other_processes_of_the_guest_and_of_the_host() => Python(
        """
        f = open("f", "r+"); fcntl.lockf(f, fcntl.LOCK_EX)
        def see():
            assert held("f") and held(os.environ["HOST"] + "/f")
        other(see)
        fcntl.lockf(f, fcntl.LOCK_UN)
        def free():
            assert not held("f") and not held(os.environ["HOST"] + "/f")
        other(free)
        """);

    [Fact]
    public void A_lock_held_on_the_host_excludes_the_guest() => Python(
        """
        f = open(os.environ["HOST"] + "/f", "r+"); fcntl.lockf(f, fcntl.LOCK_EX)
        def see():
            assert held("f")
        other(see)
        """);

    [Fact]
    public void Closing_any_descriptor_of_the_file_or_ending_the_process_gives_its_record_locks_up() => Python(
        """
        f = open("f", "r+"); fcntl.lockf(f, fcntl.LOCK_EX); open("f", "r+").close()
        def free():
            assert not held("f")
        other(free)
        f.close()
        def take():
            g = open("f", "r+"); fcntl.lockf(g, fcntl.LOCK_EX); os._exit(0)
        other(take)
        assert not held("f")
        """);

    [Fact]
    public void Ranges_and_shared_locks_follow_posix() => Python(
        """
        f = open("f", "r+"); fcntl.lockf(f, fcntl.LOCK_EX, 10, 0); fcntl.lockf(f, fcntl.LOCK_SH, 10, 20)
        def see():
            g = open("f", "r+")
            fcntl.lockf(g, fcntl.LOCK_EX | fcntl.LOCK_NB, 5, 10)
            fcntl.lockf(g, fcntl.LOCK_SH | fcntl.LOCK_NB, 10, 20)
            for start in (0, 9):
                try: fcntl.lockf(g, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, start); raise SystemExit("locked twice")
                except OSError: pass
        other(see)
        """);

    [Fact]
    public void A_waiting_lock_is_granted_when_the_holder_lets_go_and_blocks_nobody_meanwhile() => Python(
        """
        f = open("f", "r+"); fcntl.lockf(f, fcntl.LOCK_EX)
        r, w = os.pipe()
        def waits():
            g = open("f", "r+"); os.write(w, b"1"); fcntl.lockf(g, fcntl.LOCK_EX)
        pid = child(waits); os.read(r, 1)
        for i in range(100): open(f"other{i}", "w").close()
        assert os.waitpid(pid, os.WNOHANG) == (0, 0)
        fcntl.lockf(f, fcntl.LOCK_UN); wait(pid)
        """);

    [Fact]
    public void A_waiting_lock_is_granted_when_the_host_lets_go() => Python(
        """
        f = open(os.environ["HOST"] + "/f", "r+"); fcntl.lockf(f, fcntl.LOCK_EX)
        r, w = os.pipe()
        def waits():
            g = open("f", "r+"); os.write(w, b"1"); fcntl.lockf(g, fcntl.LOCK_EX)
        pid = child(waits); os.read(r, 1)
        fcntl.lockf(f, fcntl.LOCK_UN); wait(pid)
        """);

    [Fact]
    public void A_waiting_lock_can_be_interrupted() => Python(
        """
        f = open("f", "r+"); fcntl.lockf(f, fcntl.LOCK_EX)
        def waits():
            class Alarm(Exception): pass
            def ring(*_): raise Alarm()
            signal.signal(signal.SIGALRM, ring); signal.setitimer(signal.ITIMER_REAL, 0.2)
            try: fcntl.lockf(open("f", "r+"), fcntl.LOCK_EX); raise SystemExit("locked twice")
            except Alarm: pass
        other(waits)
        """);

    [Fact]
    public void Flock_excludes_open_files_and_is_given_up_with_them() => Python(
        """
        f = open("f", "r+"); fcntl.flock(f, fcntl.LOCK_EX)
        def busy(path):
            with open(path) as g:
                try: fcntl.flock(g, fcntl.LOCK_EX | fcntl.LOCK_NB); return False
                except OSError: return True
        assert busy("f") and busy(os.environ["HOST"] + "/f")
        def waits():
            fcntl.flock(open("f"), fcntl.LOCK_SH)
        pid = child(lambda: (f.close(), waits())); f.close(); wait(pid)
        assert not busy("f")
        """);

    [Fact]
    public void Sqlite_keeps_a_database_whole_with_writers_in_guest_and_host() => Python(
        """
        import sqlite3
        def open_db(path): return sqlite3.connect(path, timeout=30, isolation_level=None)
        db = open_db("db"); db.execute("create table t(x)"); db.close()
        def write(path, who):
            db = open_db(path)
            for i in range(50): db.execute("begin immediate"); db.execute("insert into t values (?)", (f"{who}{i}",)); db.execute("commit")
            db.close()
        pids = [child(lambda p=p, w=w: write(p, w)) for p, w in (("db", "a"), ("db", "b"), (os.environ["HOST"] + "/db", "h"))]
        for pid in pids: wait(pid)
        db = open_db("db")
        assert db.execute("select count(distinct x) from t").fetchone()[0] == 150
        assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
        """);

    private void Python(string script)
    {
        File.WriteAllText(_workspace.Outside + "/test.py", Library + "\n" + script);
        _workspace.Run("python3 $OUTSIDE/test.py");
    }
}
