using System.Text;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Sandbox.Tests;

public sealed class WorkspaceTests(ExecTests.OneSandbox shared) : IClassFixture<ExecTests.OneSandbox>
{
    private string Here(string name) => Path.Combine(shared.Workspace, name);

    [Fact]
    public async Task Changes_are_seen_at_once_in_both_directions()
    {
        (await shared.ShAsync("echo one > live")).Ended(0);
        Assert.Equal("one\n", File.ReadAllText(Here("live")));
        File.WriteAllText(Here("live"), "two, and longer than before\n");
        Assert.Equal("two, and longer than before\n", (await shared.ShAsync("cat live")).Ended(0).Text);
        File.Delete(Here("live"));
        Assert.NotEqual(0, (await shared.ShAsync("cat live")).Code);
        File.WriteAllText(Here("fresh"), "3");
        Assert.Equal("3", (await shared.ShAsync("cat fresh")).Ended(0).Text);
    }

    [Fact]
    public async Task What_a_program_inside_believes_follows_the_host()
    {
        File.WriteAllText(Here("watched"), "before");
        Directory.CreateDirectory(Here("watched-dir"));
        // The program inside looks all the time, so everything it looks at is in its kernel's caches.
        var inside = shared.ShAsync("""
            python3 - <<'PY'
            import os, time
            open("own", "w").write("from inside")
            print("looking", flush=True); open("looking", "w").close()
            end = time.monotonic() + 100
            def seen():
                return (open("watched").read() == "afterwards, and longer" and os.stat("watched").st_size == 22 and open("own").read() == "from the host"
                    and os.path.exists("watched-dir/new") and not os.path.exists("watched-gone"))
            while not seen():
                assert time.monotonic() < end, "the change was never seen"
                time.sleep(0.01)
            PY
            """);
        while (!File.Exists(Here("looking")) && !inside.IsCompleted)
            await Task.Delay(5);
        File.WriteAllText(Here("own"), "from the host");
        File.WriteAllText(Here("watched"), "afterwards, and longer");
        File.WriteAllText(Here("watched-gone"), "x");
        File.WriteAllText(Here("watched-dir/new"), "x");
        File.Delete(Here("watched-gone"));
        (await inside).Ended(0);
    }

    [Fact]
    public async Task Git_makes_a_repository_commits_and_finds_it_clean()
    {
        var result = (await shared.ShAsync(
            "git init -q repo && cd repo && git config user.email a@b && git config user.name n && for i in $(seq 200); do echo $i > f$i; done && git add . && git commit -qm all && git gc -q && git status --porcelain && git fsck --strict")).Ended(0);
        Assert.Equal(string.Empty, result.Text);
        Assert.True(Directory.Exists(Here("repo/.git")));
    }

    [Fact]
    public async Task Locks_maps_links_renames_and_holes_work()
    {
        (await shared.ShAsync("""
            python3 - <<'PY'
            import fcntl, mmap, os, sqlite3
            with open("m", "w+b") as f:
                f.truncate(8192)
                m = mmap.mmap(f.fileno(), 8192); m[4096:4101] = b"hello"; m.flush(); m.close()
            assert open("m", "rb").read()[4096:4101] == b"hello"
            a = open("l", "w"); fcntl.flock(a, fcntl.LOCK_EX)
            b = open("l", "w")
            try:
                fcntl.flock(b, fcntl.LOCK_EX | fcntl.LOCK_NB); raise SystemExit("two owners of one lock")
            except BlockingIOError:
                pass
            os.symlink("m", "s"); assert os.readlink("s") == "m"
            os.link("m", "h"); assert os.stat("h").st_nlink == 2
            os.rename("h", "h2"); os.replace("h2", "m2")
            fd = os.open("sparse", os.O_RDWR | os.O_CREAT); os.pwrite(fd, b"x", 50_000_000); os.close(fd)
            assert os.stat("sparse").st_blocks * 512 < 1_000_000
            os.setxattr("m", "user.note", b"v"); assert os.getxattr("m", "user.note") == b"v"
            os.chmod("m", 0o640); assert os.stat("m").st_mode & 0o777 == 0o640
            c = sqlite3.connect("db"); c.execute("pragma journal_mode=wal"); c.execute("create table t(x)"); c.executemany("insert into t values (?)", [(i,) for i in range(500)]); c.commit()
            assert c.execute("select count(*) from t").fetchone()[0] == 500
            open(b"name-\xff\xfe", "w").write("raw"); assert b"name-\xff\xfe" in os.listdir(b"."); os.remove(b"name-\xff\xfe")
            PY
            """)).Ended(0);
    }

    [Fact]
    public async Task A_directory_of_fifty_thousand_files_is_listed_whole()
    {
        var many = Directory.CreateDirectory(Here("many")).FullName;
        for (var i = 0; i < 50_000; i++)
            File.WriteAllBytes(Path.Combine(many, $"file-{i:D5}"), []);
        Assert.Equal("50000\n", (await shared.ShAsync("ls -f many | grep -c ^file-")).Ended(0).Text);
    }

    [Fact]
    public async Task Nothing_outside_the_workspace_can_be_reached_through_it()
    {
        var outside = Directory.CreateTempSubdirectory("sbx-outside-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(outside, "secret"), "host secret");
            File.CreateSymbolicLink(Here("out"), outside);
            Directory.CreateDirectory(Here("dir"));
            var tries = new StringBuilder();
            foreach (var path in new[] { "out/secret", $"../{Path.GetFileName(outside)}/secret", $"dir/../../../../{outside}/secret", $"/proc/self/root{outside}/secret", $"/proc/1/root{outside}/secret", $"{outside}/secret" })
                tries.Append($"sudo cat '{path}' 2>/dev/null; ");
            Assert.DoesNotContain("host secret", (await shared.ShAsync(tries.ToString())).Text);
            await shared.ShAsync("sudo sh -c 'echo overwritten > out/secret'; sudo rm -f out/secret");
            Assert.Equal("host secret", File.ReadAllText(Path.Combine(outside, "secret")));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }
}
