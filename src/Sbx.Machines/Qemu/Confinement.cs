using System.Globalization;
using Sbx.Machines.Native;
using Sbx.Machines.Processes;

namespace Sbx.Machines.Qemu;

/// <summary>
/// What stands between QEMU and the host should a guest ever take QEMU over. On top of QEMU's own seccomp filter (no new
/// programs, no privileges, no resource control) it is started by util-linux's setpriv(1) and unshare(1):
/// <list type="bullet">
/// <item>SIGKILL when the daemon's spawning thread ends, so no machine outlives the daemon;</item>
/// <item>no new privileges, no capabilities, an empty environment;</item>
/// <item>no network: a network namespace without interfaces (also no abstract sockets), and own IPC and UTS namespaces;</item>
/// <item>started by root: a user id of its own for each machine that owns no file, so that one machine can reach neither the
/// daemon's nor another machine's memory or files. Everything it works on is passed as an open descriptor;</item>
/// <item>started by a user: a user namespace, which takes away ptrace and /proc/PID/mem of the daemon that holds the secrets.
/// It still has that user's file permissions.</item>
/// </list>
/// Hosts differ in what they allow, so the strongest level under which QEMU runs is taken, and named by <c>sbx doctor</c>.
/// </summary>
/// <param name="Description">The level in words.</param>
/// <param name="DropsUser">Whether each machine gets a user id of its own.</param>
internal sealed record Confinement(string Description, bool DropsUser)
{
    // Ids that no distribution and no container manager hands out (systemd's "Users, Groups, UIDs and GIDs": unused range).
    private const uint FirstUser = 1_900_000_000;
    private const uint Users = 1 << 20;

    /// <summary>Group of all machines; may open a warm image where QEMU insists on opening it for writing.</summary>
    public const uint Group = FirstUser - 1;

    private string? Unshare { get; init; }

    private IReadOnlyList<string> Namespaces { get; init; } = [];

    private string? SetPriv { get; init; }

    /// <summary>Levels for this process, strongest first.</summary>
    public static IReadOnlyList<Confinement> Levels()
    {
        var setPriv = OperatingSystem.IsLinux() ? Programs.Find("setpriv") : null;
        if (setPriv is null)
            return [new Confinement("QEMU's own filter only", false)];
        var unshare = Programs.Find("unshare");
        var root = Libc.EffectiveUser() == 0;
        var levels = new List<Confinement>();
        if (root && unshare is not null)
            levels.Add(new("own user id per machine, no network, no capabilities", true) { SetPriv = setPriv, Unshare = unshare, Namespaces = ["--net", "--ipc", "--uts"] });
        if (root)
            levels.Add(new("own user id per machine, no capabilities", true) { SetPriv = setPriv });
        if (!root && unshare is not null)
            levels.Add(new("user namespace, no network, no capabilities", false) { SetPriv = setPriv, Unshare = unshare, Namespaces = ["--user", "--map-current-user", "--net", "--ipc", "--uts"] });
        levels.Add(new("no new privileges, no capabilities", false) { SetPriv = setPriv });
        return levels;
    }

    /// <summary>User id of a machine; null where QEMU keeps the daemon's.</summary>
    public uint? UserOf(string machineId)
    {
        if (!DropsUser)
            return null;
        uint hash = 2166136261;
        foreach (var c in machineId)
            hash = (hash ^ c) * 16777619;
        return FirstUser + (hash % Users);
    }

    /// <summary>What is written before QEMU's own path.</summary>
    /// <param name="machineId">Machine.</param>
    /// <param name="deviceGroup">Group that may open the accelerator's device, or null.</param>
    public IReadOnlyList<string> Prefix(string machineId, uint? deviceGroup)
    {
        if (SetPriv is null)
            return [];
        var prefix = new List<string>();
        if (Unshare is not null)
            prefix.AddRange([Unshare, .. Namespaces, "--"]);
        prefix.Add(SetPriv);
        if (UserOf(machineId) is { } user)
        {
            var groups = deviceGroup is { } group ? string.Create(CultureInfo.InvariantCulture, $"--groups={group}") : "--clear-groups";
            prefix.AddRange([string.Create(CultureInfo.InvariantCulture, $"--reuid={user}"), string.Create(CultureInfo.InvariantCulture, $"--regid={Group}"), groups]);
        }

        // Only a privileged process may shrink its bounding set, and only there does it matter.
        if (Libc.EffectiveUser() == 0)
            prefix.Add("--bounding-set=-all");
        prefix.AddRange(["--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs", "--pdeathsig=KILL", "--"]);
        return prefix;
    }
}
