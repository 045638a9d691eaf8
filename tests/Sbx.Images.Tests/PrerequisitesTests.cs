using System.Runtime.Versioning;
using Sbx.Images.Prerequisites;

namespace Sbx.Images.Tests;

[SupportedOSPlatform("linux")]
public sealed class PrerequisitesTests
{
    private static readonly IReadOnlyList<Prerequisite> NothingThere =
    [
        new("qemu-system-x86_64", "machines", null, null, "qemu-system-x86"),
        new("mkfs.ext4", "disks", null, null, "e2fsprogs"),
        new("setpriv", "confinement", null, null, "util-linux"),
    ];

    [Theory]
    [InlineData("ID=debian", "sudo apt-get update|sudo apt-get install --yes --no-install-recommends qemu-system-x86 e2fsprogs util-linux")]
    [InlineData("ID=linuxmint\nID_LIKE=\"ubuntu debian\"", "sudo apt-get update|sudo apt-get install --yes --no-install-recommends qemu-system-x86 e2fsprogs util-linux")]
    [InlineData("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", "sudo dnf install --assumeyes qemu-system-x86-core e2fsprogs util-linux")]
    [InlineData("ID=manjaro\nID_LIKE=arch", "sudo pacman -S --needed --noconfirm qemu-system-x86 e2fsprogs util-linux")]
    [InlineData("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"", "sudo zypper --non-interactive install qemu-system-x86 e2fsprogs util-linux")]
    [InlineData("ID=alpine", "sudo apk add qemu-system-x86_64 e2fsprogs setpriv")]
    public void Each_distribution_gets_its_own_commands(string release, string commands) =>
        Assert.Equal(commands, string.Join('|', SetupPlan.For(HostSystem.FromOsRelease(release, isRoot: false), NothingThere).Commands));

    [Fact]
    public void Root_needs_no_sudo() =>
        Assert.All(SetupPlan.For(HostSystem.FromOsRelease("ID=debian", isRoot: true), NothingThere).Commands, c => Assert.Equal("apt-get", c.Arguments[0]));

    [Fact]
    public void An_unknown_system_gets_advice_and_no_command()
    {
        var plan = SetupPlan.For(HostSystem.FromOsRelease("ID=plan9", isRoot: false), NothingThere);
        Assert.Empty(plan.Commands);
        Assert.Contains("qemu-system-x86_64", plan.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_is_missing_is_installed()
    {
        IReadOnlyList<Prerequisite> one = [NothingThere[0] with { Path = "/usr/bin/qemu-system-x86_64" }, NothingThere[1]];
        var plan = SetupPlan.For(HostSystem.FromOsRelease("ID=fedora", isRoot: true), one);
        Assert.Equal(["dnf install --assumeyes e2fsprogs"], plan.Commands.Select(c => c.ToString()));
    }

    [Fact]
    public void A_host_with_everything_has_an_empty_plan()
    {
        var plan = SetupPlan.For(HostSystem.FromOsRelease("ID=debian", isRoot: false), [NothingThere[0] with { Path = "/usr/bin/x" }]);
        Assert.True(plan.IsComplete);
        Assert.Empty(plan.Commands);
    }

    [Fact]
    public void A_program_is_found_with_its_version()
    {
        var directory = Directory.CreateTempSubdirectory("sbx-path-").FullName;
        try
        {
            var program = Path.Combine(directory, "qemu-system-x86_64");
            File.WriteAllText(program, "#!/bin/sh\necho 'QEMU emulator version 7.2.19 (Debian 1:7.2)'\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var found = HostPrerequisites.Check(directory).Single(p => p.Name == "qemu-system-x86_64");
            Assert.Equal((program, "7.2.19"), (found.Path, found.Version));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_program_that_may_not_be_run_is_not_found()
    {
        var directory = Directory.CreateTempSubdirectory("sbx-path-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "sbx-no-such-program"), "");
            Assert.Null(HostPrerequisites.Find("sbx-no-such-program", directory));
            Assert.Null(HostPrerequisites.Find("sbx-no-such-program", "relative/../path"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
