using Sbx.Workspaces.Tests.Mounting;

namespace Sbx.Workspaces.Tests.Programs;

/// <summary>What people run in a workspace.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly MountedWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Git_works_through_a_whole_life_of_a_repository() => _workspace.Run(
        """
        git config --global user.name t; git config --global user.email t@example.com; git config --global safe.directory '*'
        git init -q -b main repo; cd repo
        for i in $(seq 300); do echo $i > file$i; done; mkdir -p deep/er; cp file1 deep/er/
        git add -A; git commit -qm one; test -z "$(git status --porcelain)"
        git switch -q -c side; for i in $(seq 50); do echo more >> file$i; done; git commit -qam two; git switch -q main; git merge -q side
        git gc -q; git fsck --strict; cd ..
        git clone -q repo copy; test -z "$(git -C copy status --porcelain)"; git clone -q --no-hardlinks repo copy2
        echo change >> copy/file1; git -C copy commit -qam three; git -C copy push -q origin HEAD:refs/heads/three
        git -C copy stash list; git -C repo worktree add -q ../tree side; test "$(tail -1 tree/file1)" = more
        test -z "$(git -C $HOST/repo status --porcelain)"
        """);

    [Fact]
    public void Tar_and_rsync_carry_a_tree_unchanged() => _workspace.Run(
        """
        mkdir -p src/a/b; head -c 300000 /dev/urandom > src/a/data; ln src/a/data src/a/b/hard; ln -s ../data src/a/b/soft
        mkfifo src/pipe; chmod 700 src/a; touch -d 2020-02-02 src/a/data; truncate -s 1M src/sparse
        tar cf t.tar --sparse src; mkdir x; tar xpf t.tar -C x; diff -r --no-dereference src x/src -x pipe; test x/src/a/data -ef x/src/a/b/hard
        if command -v rsync > /dev/null; then rsync -aHS src/ y/; test -z "$(rsync -aHSn --itemize-changes src/ y/)"; fi
        """);

    [Fact]
    public void Editors_can_save_the_ways_they_do() => _workspace.Run(
        """
        python3 - <<'P'
        import os
        # vim: rename to a backup, write a new file, copy its mode, delete the backup.
        open("f", "w").write("old"); os.chmod("f", 0o640)
        open("4913", "w").close(); os.unlink("4913")
        os.rename("f", "f~")
        with open("f", "w") as f: f.write("new"); f.flush(); os.fsync(f.fileno())
        os.chmod("f", os.stat("f~").st_mode); os.unlink("f~")
        assert open(os.environ["HOST"] + "/f").read() == "new" and os.stat("f").st_mode & 0o777 == 0o640
        # Most others: write a temporary file, sync, rename over.
        for i in range(20):
            with open(".f.tmp", "w") as f: f.write(str(i)); os.fsync(f.fileno())
            os.replace(".f.tmp", "f")
            d = os.open(".", os.O_RDONLY); os.fsync(d); os.close(d)
            assert open("f").read() == str(i)
        # In place, truncating.
        with open("f", "r+") as f: f.truncate(0); f.write("in place")
        assert open(os.environ["HOST"] + "/f").read() == "in place"
        P
        """);

    [Fact]
    public void A_random_mix_of_operations_gives_the_same_content_as_a_plain_model() => _workspace.Run(
        """
        python3 - <<'P'
        import os, random, mmap
        rnd = random.Random(42)
        for path in ("x1", "x2"):
            model = bytearray(); fd = os.open(path, os.O_RDWR | os.O_CREAT)
            for step in range(500):
                op = rnd.choice(("write", "read", "truncate", "map", "reopen", "append", "host"))
                at, n = rnd.randrange(200000), rnd.randrange(1, 60000)
                if op == "write":
                    data = rnd.randbytes(n); os.pwrite(fd, data, at)
                    if at > len(model): model.extend(bytes(at - len(model)))
                    model[at:at + n] = data
                elif op == "read": assert os.pread(fd, n, at) == bytes(model[at:at + n]), (step, at, n)
                elif op == "truncate":
                    os.ftruncate(fd, at)
                    if at < len(model): del model[at:]
                    else: model.extend(bytes(at - len(model)))
                elif op == "map" and len(model) > 10:
                    with mmap.mmap(fd, len(model)) as m:
                        assert m[:] == bytes(model), step
                        i = rnd.randrange(len(model) - 5); m[i:i + 5] = b"12345"; model[i:i + 5] = b"12345"; m.flush()
                elif op == "reopen": os.close(fd); fd = os.open(path, os.O_RDWR)
                elif op == "append":
                    e = os.open(path, os.O_WRONLY | os.O_APPEND); os.write(e, b"tail"); os.close(e); model += b"tail"
                elif op == "host":
                    assert open(os.environ["HOST"] + "/" + path, "rb").read() == bytes(model), step
            assert os.fstat(fd).st_size == len(model); os.close(fd)
        P
        """);
}
