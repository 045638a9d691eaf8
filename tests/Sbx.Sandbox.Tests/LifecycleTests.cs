using System.Text.Json;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Sandbox.Tests;

public sealed class LifecycleTests(SandboxHome home) : IClassFixture<SandboxHome>
{
    [Fact]
    public async Task What_was_installed_stays_over_a_stop_and_goes_with_rm()
    {
        var (name, workspace) = await home.CreateAsync("keeper");
        (await home.ShAsync(name, "echo '#!/bin/sh\necho installed' | sudo tee /usr/local/bin/own-tool && sudo chmod +x /usr/local/bin/own-tool && echo note > ~/note")).Ended(0);

        (await home.Sbx.RunAsync("stop", name)).Ended(0);
        Assert.Equal("stopped", (await home.InspectAsync(name)).GetProperty("status").GetString());
        Assert.Equal("installed\nnote\n", (await home.ShAsync(name, "own-tool; cat ~/note")).Ended(0).Text);

        (await home.Sbx.RunAsync("rm", "--force", name)).Ended(0);
        (await home.Sbx.RunAsync("create", "--name", name, "shell", workspace)).Ended(0);
        (await home.ShAsync(name, "own-tool")).Ended(127);
    }

    [Fact]
    public async Task Ten_created_side_by_side_all_run_and_are_all_distinct()
    {
        var names = Enumerable.Range(0, 10).Select(i => $"twin-{i}").ToArray();

        var created = await Task.WhenAll(names.Select(n => home.Sbx.RunAsync("create", "--name", n, "shell")));
        Assert.All(created, c => c.Ended(0));
        var seen = new List<string[]>();
        foreach (var name in names)
        {
            var text = (await home.ShAsync(name, "hostname; cat /etc/machine-id; cat /proc/sys/kernel/random/uuid; cat /proc/sys/kernel/random/boot_id >/dev/null; head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n'")).Ended(0).Text;
            seen.Add(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        for (var field = 0; field < 4; field++)
            Assert.Equal(10, seen.Select(s => s[field]).Distinct().Count());
        Assert.Equal(names, seen.Select(s => s[0]));
        (await home.Sbx.RunAsync(["rm", "--force", .. names])).Ended(0);
    }

    [Fact]
    public async Task The_clock_of_a_started_sandbox_is_the_hosts()
    {
        var (name, _) = await home.CreateAsync("clock");
        await home.Sbx.RunAsync("stop", name);
        var inside = long.Parse((await home.ShAsync(name, "date +%s")).Ended(0).Text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(inside, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 30, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2);
    }

    [Fact]
    public async Task A_list_and_an_inspection_as_json_name_what_is_there()
    {
        var (name, workspace) = await home.CreateAsync("listed");

        var list = JsonDocument.Parse((await home.Sbx.RunAsync("ls", "--json")).Ended(0).Output).RootElement.GetProperty("sandboxes");
        var one = list.EnumerateArray().Single(s => s.GetProperty("name").GetString() == name);
        Assert.Equal("running", one.GetProperty("status").GetString());
        Assert.Contains(workspace, one.GetRawText());
        Assert.Equal("shell", (await home.InspectAsync(name)).GetProperty("agent").GetString());
        var table = (await home.Sbx.RunAsync("ls")).Ended(0).Text;
        Assert.Contains("SANDBOX", table);
        Assert.Contains(name, table);
    }

    [Fact]
    public async Task Several_workspaces_are_mounted_and_a_read_only_one_refuses_writes()
    {
        var (first, second) = (home.NewWorkspace("first"), home.NewWorkspace("second"));
        File.WriteAllText(Path.Combine(second, "fixed"), "1");

        (await home.Sbx.RunAsync("create", "--name", "several", "shell", first, second + ":ro")).Ended(0);

        (await home.ShAsync("several", $"echo x > {first}/new")).Ended(0);
        Assert.Equal("1", (await home.ShAsync("several", $"cat {second}/fixed")).Ended(0).Text);
        Assert.NotEqual(0, (await home.ShAsync("several", $"echo 2 > {second}/fixed")).Code);
        Assert.NotEqual(0, (await home.ShAsync("several", $"sudo mount -o remount,rw {second}; sudo sh -c 'echo 2 > {second}/fixed'")).Code);
        Assert.Equal("1", File.ReadAllText(Path.Combine(second, "fixed")));
    }

    [Fact]
    public async Task A_prune_takes_stopped_sandboxes_only()
    {
        await home.CreateAsync("old-one");
        await home.CreateAsync("live-one");
        (await home.Sbx.RunAsync("stop", "old-one")).Ended(0);

        (await home.Sbx.RunAsync("prune", "--force")).Ended(0);

        var names = (await home.Sbx.RunAsync("ls", "-q")).Ended(0).Text;
        Assert.DoesNotContain("old-one", names);
        Assert.Contains("live-one", names);
    }

    [Fact]
    public async Task A_machine_powered_off_from_inside_is_shown_as_stopped_and_starts_again()
    {
        var (name, _) = await home.CreateAsync("off");
        await home.ShAsync(name, "sudo sh -c 'sync; echo b > /proc/sysrq-trigger'");

        for (var i = 0; i < 100 && (await home.InspectAsync(name)).GetProperty("status").GetString() != "stopped"; i++)
            await Task.Delay(100);
        Assert.Equal("stopped", (await home.InspectAsync(name)).GetProperty("status").GetString());
        (await home.ShAsync(name, "true")).Ended(0);
    }
}
