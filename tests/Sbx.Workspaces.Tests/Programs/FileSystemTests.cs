using Sbx.Workspaces.Tests.Mounting;

namespace Sbx.Workspaces.Tests.Programs;

/// <summary>The rules of a POSIX file system, seen through this machine's kernel.</summary>
public sealed class FileSystemTests : IDisposable
{
    private readonly MountedWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_file_written_in_the_guest_is_on_the_host_and_the_other_way_round()
    {
        _workspace.Run("mkdir -p a/b && echo hello > a/b/file && test $(cat a/b/file) = hello");
        Assert.Equal("hello\n", File.ReadAllText(_workspace.Host + "/a/b/file"));
        File.WriteAllText(_workspace.Host + "/a/from-host", "back");
        _workspace.Run("test $(cat a/from-host) = back && ls -la a && stat a/from-host");
    }

    [Fact]
    public void Modes_times_and_sizes_can_be_set_and_are_kept() => _workspace.Run(
        """
        echo x > f; chmod 640 f; test $(stat -c %a f) = 640; test $(stat -c %a $HOST/f) = 640
        touch -d '2001-02-03 04:05:06.789' f; test "$(stat -c %y f)" = "$(stat -c %y $HOST/f)"
        truncate -s 12345 f; test $(stat -c %s f) = 12345; truncate -s 3 f; test $(stat -c %s $HOST/f) = 3
        umask 077; echo y > private; test $(stat -c %a private) = 600; umask 0; mkdir open; test $(stat -c %a open) = 777
        """);

    [Fact]
    public void Set_id_bits_never_reach_the_host() => _workspace.Run(
        """
        echo x > f; chmod 6755 f; test $(stat -c %a $HOST/f) = 755
        install -m 4711 f g; test $(stat -c %a $HOST/g) = 711
        cp f $HOST/h; chmod 6755 $HOST/h; echo more >> h; test $(stat -c %a $HOST/h) = 755
        """);

    [Fact]
    public void Links_symbolic_and_hard_work() => _workspace.Run(
        """
        echo x > f; ln f g; test f -ef g; test $(stat -c %h g) = 2; echo more >> g; test "$(tail -1 f)" = more
        rm f; test "$(tail -1 g)" = more; echo again >> g
        ln -s g s; test "$(readlink s)" = g; test "$(tail -1 s)" = again
        ln -s /nowhere dangling; test "$(readlink dangling)" = /nowhere; fails cat dangling
        touch -h -d 2001-01-01 dangling; test $(stat -c %y dangling | cut -c1-4) = 2001
        ln dangling dangling2; test "$(readlink $HOST/dangling2)" = /nowhere
        """);

    [Fact]
    public void Fifos_and_sockets_work_inside_the_guest_and_devices_are_refused() => _workspace.Run(
        """
        mkfifo p; (echo through > p &); test "$(cat p)" = through
        python3 -c 'import socket; s=socket.socket(socket.AF_UNIX); s.bind("sock"); s.listen(); c=socket.socket(socket.AF_UNIX); c.connect("sock")'
        test -S sock; test -S $HOST/sock
        fails mknod c c 1 3; fails mknod b b 7 0
        """);

    [Fact]
    public void Renames_replace_exchange_and_refuse_as_they_should() => _workspace.Run(
        """
        echo a > a; echo b > b; mv a b; test $(cat b) = a; fails test -e a
        mkdir -p d/e x; mv d x/; test -d x/d/e; echo in > x/d/e/f; mv x/d/e .; test $(cat e/f) = in; mv e/f e/g; test $(cat e/g) = in
        mkdir full; touch full/f; mkdir empty; fails mv -T x full; mv -T x empty; test -d empty/d
        python3 - <<'P'
        import ctypes, os, errno
        libc = ctypes.CDLL(None, use_errno=True)
        open("one", "w").write("1"); open("two", "w").write("2")
        assert libc.renameat2(-100, b"one", -100, b"two", 2) == 0
        assert open("one").read() == "2" and open("two").read() == "1"
        assert libc.renameat2(-100, b"one", -100, b"two", 1) == -1 and ctypes.get_errno() == errno.EEXIST
        try: os.rename("one", "one/x")
        except NotADirectoryError: pass
        else: raise SystemExit("renamed below a file")
        os.makedirs("p/q")
        try: os.rename("p", "p/q/r")
        except OSError as e: assert e.errno == errno.EINVAL
        P
        """);

    [Fact]
    public void An_unlinked_open_file_stays_readable_and_writable() => _workspace.Run(
        """
        python3 - <<'P'
        import os
        f = open("gone", "w+"); f.write("abc"); f.flush(); os.unlink("gone")
        f.write("def"); f.flush(); f.seek(0)
        assert f.read() == "abcdef"
        assert os.fstat(f.fileno()).st_size == 6 and os.fstat(f.fileno()).st_nlink == 0
        os.ftruncate(f.fileno(), 2); f.seek(0); assert f.read() == "ab"
        os.fchmod(f.fileno(), 0o600); os.utime(f.fileno(), (5, 5)); assert os.fstat(f.fileno()).st_mtime == 5
        open("gone", "w").write("new one"); assert os.fstat(f.fileno()).st_size == 2
        P
        """);

    [Fact]
    public void Holes_can_be_punched_found_and_preallocated() => _workspace.Run(
        """
        python3 - <<'P'
        import os, ctypes, errno
        libc = ctypes.CDLL(None, use_errno=True)
        fd = os.open("sparse", os.O_RDWR | os.O_CREAT)
        os.pwrite(fd, b"x" * 1048576, 0)
        assert libc.fallocate(fd, 3, ctypes.c_long(262144), ctypes.c_long(262144)) == 0
        assert os.pread(fd, 4, 262144) == b"\0" * 4
        assert os.lseek(fd, 0, os.SEEK_HOLE) == 262144
        assert os.lseek(fd, 262144, os.SEEK_DATA) == 524288
        os.posix_fallocate(fd, 0, 2 << 20); assert os.fstat(fd).st_size == 2 << 20
        os.ftruncate(fd, 1 << 40); assert os.fstat(fd).st_size == 1 << 40
        P
        cp --sparse=always sparse sparse2 2>/dev/null & sleep 0.1; kill $! 2>/dev/null || true
        """);

    [Fact]
    public void User_attributes_are_kept_and_others_do_not_exist() => _workspace.Run(
        """
        python3 - <<'P'
        import os, errno
        open("f", "w").close()
        os.setxattr("f", "user.a", b"1" * 1000); os.setxattr("f", "user.b", b"")
        assert os.getxattr("f", "user.a") == b"1" * 1000 and sorted(os.listxattr("f")) == ["user.a", "user.b"]
        os.removexattr("f", "user.a"); assert os.listxattr("f") == ["user.b"]
        for call in (lambda: os.getxattr("f", "user.none"),):
            try: call()
            except OSError as e: assert e.errno == errno.ENODATA
            else: raise SystemExit("an attribute from nowhere")
        for name in ("trusted.x", "security.x", "system.x"):
            try: os.setxattr("f", name, b"x")
            except OSError as e: assert e.errno in (errno.EOPNOTSUPP, errno.EPERM), e
            else: raise SystemExit(name + " was set")
        P
        test "$(python3 -c 'import os; print(os.listxattr("'$HOST'/f"))')" = "['user.b']"
        """);

    [Fact]
    public void Mapped_files_are_read_and_written() => _workspace.Run(
        """
        python3 - <<'P'
        import mmap
        with open("m", "w+b") as f:
            f.truncate(1 << 20)
            with mmap.mmap(f.fileno(), 0) as m:
                m[0:5] = b"start"; m[-3:] = b"end"; m.flush()
        data = open("m", "rb").read(); assert data[:5] == b"start" and data[-3:] == b"end" and len(data) == 1 << 20
        P
        cmp m $HOST/m
        """);

    [Fact]
    public void Names_may_be_any_bytes_and_long() => _workspace.Run(
        """
        python3 - <<'P'
        import os, errno
        for name in (b"\xff\xfe not utf8", b"\n newline", b" ", "größe".encode(), b"x" * 255, b"...", b"-rf"):
            with open(name, "wb") as f: f.write(name)
            assert name in os.listdir(b".") and open(name, "rb").read() == name
            assert os.path.exists(os.environb[b"HOST"] + b"/" + name)
        for long in (256, 1000):
            try: open("y" * long, "w")
            except OSError as e: assert e.errno == errno.ENAMETOOLONG
            else: raise SystemExit("too long a name was taken")
        P
        """);

    [Fact]
    public void A_directory_of_fifty_thousand_entries_is_listed_whole()
    {
        _workspace.Run("mkdir big && cd big && python3 -c 'for i in range(50000): open(f\"f{i:05d}\", \"w\").close()'", _workspace.Host);
        _workspace.Run(
            """
            cd big; test $(ls -f | wc -l) = 50002; test $(ls | sort -u | wc -l) = 50000
            find . -name 'f4*' -delete; test $(ls -A | wc -l) = 40000
            """);
    }

    [Fact]
    public void Ownership_stays_as_it_is() => _workspace.Run(
        """
        echo x > f; chown 0:0 f; chown $(stat -c %u:%g f) f
        fails chown 1234 f; fails chgrp 1234 f; test $(stat -c %u $HOST/f) = 0
        """);

    [Fact]
    public void Unnamed_temporary_files_are_refused_so_that_programs_take_their_other_way() => _workspace.Run(
        """
        python3 - <<'P'
        import os, errno, tempfile
        try: os.open(".", os.O_TMPFILE | os.O_RDWR)
        except OSError as e: assert e.errno == errno.EOPNOTSUPP
        else: raise SystemExit("O_TMPFILE was taken")
        with tempfile.TemporaryFile(dir=".") as f: f.write(b"x")
        P
        """);

    [Fact]
    public void Copies_inside_the_workspace_are_whole() => _workspace.Run(
        """
        head -c 5000000 /dev/urandom > a; cp a b; cmp a b; cmp $HOST/a $HOST/b
        python3 -c '
        import os
        a = os.open("a", os.O_RDONLY); c = os.open("c", os.O_RDWR | os.O_CREAT)
        n = 0
        while (k := os.copy_file_range(a, c, 1 << 30)): n += k
        assert n == 5000000'
        cmp a c
        """.Replace("\n        ", "\n"));

    [Fact]
    public void Appending_from_both_sides_loses_nothing()
    {
        _workspace.Run("for i in $(seq 200); do echo guest $i >> log; echo host $i >> $HOST/log; done");
        Assert.Equal(400, File.ReadAllLines(_workspace.Host + "/log").Length);
    }
}
