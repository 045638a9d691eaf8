using System.Diagnostics;
using Sbx.Workspaces.Tests.Mounting;

namespace Sbx.Workspaces.Tests.Programs;

/// <summary>Changes on the host, with cache time-outs so long that only announcements can make them visible.</summary>
public sealed class FreshnessTests : IDisposable
{
    private readonly MountedWorkspace _workspace = new(
        host => MountedWorkspace.Options(new WorkspaceRoot(host)) with { CacheTimeout = TimeSpan.FromHours(1), WatchedCacheTimeout = TimeSpan.FromHours(1) });

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_file_made_on_the_host_appears_where_the_guest_has_seen_none()
    {
        Assert.False(File.Exists(_workspace.Guest + "/new"));
        Assert.Empty(Directory.GetFileSystemEntries(_workspace.Guest));
        File.WriteAllText(_workspace.Host + "/new", "x");
        Eventually(() => File.Exists(_workspace.Guest + "/new"));
        Eventually(() => Directory.GetFileSystemEntries(_workspace.Guest).Length == 1);
    }

    [Fact]
    public void A_file_removed_or_renamed_on_the_host_disappears()
    {
        File.WriteAllText(_workspace.Host + "/gone", "x");
        File.WriteAllText(_workspace.Host + "/old", "y");
        Assert.True(File.Exists(_workspace.Guest + "/gone") && File.Exists(_workspace.Guest + "/old"));
        File.Delete(_workspace.Host + "/gone");
        File.Move(_workspace.Host + "/old", _workspace.Host + "/renamed");
        Eventually(() => !File.Exists(_workspace.Guest + "/gone") && !File.Exists(_workspace.Guest + "/old"));
        Eventually(() => File.Exists(_workspace.Guest + "/renamed"));
    }

    [Fact]
    public void Content_written_on_the_host_replaces_what_the_guest_has_cached()
    {
        File.WriteAllText(_workspace.Host + "/f", "before");
        Assert.Equal("before", File.ReadAllText(_workspace.Guest + "/f"));
        File.WriteAllText(_workspace.Host + "/f", "afterwards");
        Eventually(() => File.ReadAllText(_workspace.Guest + "/f") == "afterwards");
        File.WriteAllText(_workspace.Host + "/f.tmp", "replaced");
        File.Move(_workspace.Host + "/f.tmp", _workspace.Host + "/f", overwrite: true);
        Eventually(() => File.ReadAllText(_workspace.Guest + "/f") == "replaced");
    }

    [Fact]
    public void What_the_host_writes_without_closing_the_file_is_seen()
    {
        using var log = new StreamWriter(_workspace.Host + "/log") { AutoFlush = true };
        log.Write("one");
        Assert.Equal("one", File.ReadAllText(_workspace.Guest + "/log"));
        log.Write("two");
        Eventually(() => File.ReadAllText(_workspace.Guest + "/log") == "onetwo");
    }

    [Fact]
    public void Attributes_changed_on_the_host_are_seen()
    {
        File.WriteAllText(_workspace.Host + "/f", "x");
        Assert.True(File.Exists(_workspace.Guest + "/f"));
        var time = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_workspace.Host + "/f", time);
        Eventually(() => File.GetLastWriteTimeUtc(_workspace.Guest + "/f") == time);
    }

    [Fact]
    public void A_change_of_the_host_right_after_one_of_the_guest_is_seen()
    {
        for (var i = 0; i < 20; i++)
        {
            File.WriteAllText($"{_workspace.Guest}/f{i}", "from the guest");
            File.WriteAllText($"{_workspace.Host}/f{i}", "from the host, longer");
            File.WriteAllText($"{_workspace.Guest}/short-lived{i}", "x");
            File.Delete($"{_workspace.Host}/short-lived{i}");
            File.WriteAllText($"{_workspace.Guest}/back{i}", "x");
            File.Delete($"{_workspace.Guest}/back{i}");
            File.WriteAllText($"{_workspace.Host}/back{i}", "again");
        }

        for (var i = 0; i < 20; i++)
        {
            var (file, gone, back) = ($"{_workspace.Guest}/f{i}", $"{_workspace.Guest}/short-lived{i}", $"{_workspace.Guest}/back{i}");
            Eventually(() => File.Exists(file) && File.ReadAllText(file) == "from the host, longer");
            Eventually(() => !File.Exists(gone));
            Eventually(() => File.Exists(back) && File.ReadAllText(back) == "again");
        }
    }

    [Fact]
    public void A_name_that_comes_and_goes_on_the_host_is_followed()
    {
        var (guest, host) = (_workspace.Guest + "/n", _workspace.Host + "/n");
        for (var i = 0; i < 10; i++)
        {
            Eventually(() => !File.Exists(guest));
            File.WriteAllText(host, $"{i}");
            Eventually(() => File.Exists(guest) && File.ReadAllText(guest) == $"{i}");
            File.Move(host, host + ".away", overwrite: true);
            Eventually(() => !File.Exists(guest));
            File.Move(host + ".away", host);
            Eventually(() => File.Exists(guest) && File.ReadAllText(guest) == $"{i}");
            File.Delete(host);
        }
    }

    [Fact]
    public void A_directory_replaced_on_the_host_shows_the_new_content()
    {
        Directory.CreateDirectory(_workspace.Host + "/d");
        Directory.CreateDirectory(_workspace.Host + "/other");
        File.WriteAllText(_workspace.Host + "/d/f", "old");
        File.WriteAllText(_workspace.Host + "/other/f", "new");
        Assert.Equal("old", File.ReadAllText(_workspace.Guest + "/d/f"));
        Directory.Move(_workspace.Host + "/d", _workspace.Host + "/d.away");
        Directory.Move(_workspace.Host + "/other", _workspace.Host + "/d");
        Eventually(() => File.Exists(_workspace.Guest + "/d/f") && File.ReadAllText(_workspace.Guest + "/d/f") == "new");
    }

    [Fact]
    public void A_directory_that_cannot_be_watched_is_fresh_after_the_shorter_time_out()
    {
        using var workspace = new MountedWorkspace(host => MountedWorkspace.Options(new WorkspaceRoot(host)) with
        {
            Limits = new WorkspaceLimits { MaxWatches = 1 }, CacheTimeout = TimeSpan.FromMilliseconds(50), WatchedCacheTimeout = TimeSpan.FromHours(1),
        });
        Directory.CreateDirectory(workspace.Host + "/d");
        File.WriteAllText(workspace.Host + "/d/f", "before");
        Assert.Equal("before", File.ReadAllText(workspace.Guest + "/d/f"));
        Assert.False(File.Exists(workspace.Guest + "/d/g"));
        File.WriteAllText(workspace.Host + "/d/f", "afterwards");
        File.WriteAllText(workspace.Host + "/d/g", "new");
        Eventually(() => File.ReadAllText(workspace.Guest + "/d/f") == "afterwards");
        Eventually(() => File.Exists(workspace.Guest + "/d/g"));
    }

    [Fact]
    public void A_busy_guest_and_a_busy_host_end_up_with_the_same_view() => _workspace.Run(
        """
        (for i in $(seq 400); do echo $i > $HOST/h$i; done) & for i in $(seq 400); do echo $i > g$i; stat h$i > /dev/null 2>&1 || true; done; wait
        for try in $(seq 50); do test "$(ls | wc -l)" = 800 && break; sleep 0.1; done
        for i in $(seq 400); do test "$(cat h$i)" = $i; done
        """);

    [Fact]
    public void Without_announcements_changes_are_seen_after_the_time_out()
    {
        using var workspace = new MountedWorkspace(host => MountedWorkspace.Options(new WorkspaceRoot(host)) with
        {
            AnnounceHostChanges = false, CacheTimeout = TimeSpan.FromMilliseconds(50),
        });
        File.WriteAllText(workspace.Host + "/f", "before");
        Assert.Equal("before", File.ReadAllText(workspace.Guest + "/f"));
        File.WriteAllText(workspace.Host + "/f", "afterwards");
        Eventually(() => File.ReadAllText(workspace.Guest + "/f") == "afterwards");
    }

    private static void Eventually(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "the change was never seen");
            Thread.Sleep(5);
        }
    }
}
