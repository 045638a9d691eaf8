using Sbx.Machines.Qemu;

namespace Sbx.Machines.Accelerators;

/// <summary>
/// Finds the accelerator that works. A device file proves little (nested hosts offer /dev/kvm on which no kernel gets past
/// its first instructions), so the guest itself is booted once, with a deadline.
/// </summary>
/// <param name="memory">Remembers the verdict.</param>
/// <param name="time">Clock.</param>
internal sealed class AcceleratorProbe(AcceleratorMemory memory, TimeProvider time)
{
    /// <summary>The remembered verdict, or a new one.</summary>
    /// <param name="version">QEMU that is used.</param>
    /// <param name="boot">Boots a guest with an accelerator; throws when it does not come up.</param>
    /// <param name="progress">Gets a line when something is tried.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<AcceleratorVerdict> FindAsync(
        QemuVersion version, Func<Accelerator, CancellationToken, Task> boot, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var basis = Basis(version);
        if (memory.Recall(basis) is { } known)
            return known;
        var reasons = new List<string>();
        foreach (var candidate in Accelerators.Candidates())
        {
            if (Obstacle(candidate) is { } obstacle)
            {
                reasons.Add(obstacle);
                continue;
            }

            progress?.Report($"trying hardware virtualization ({candidate.Name()}), once");
            try
            {
                await boot(candidate, cancellationToken).ConfigureAwait(false);
                return Remember(candidate, basis, $"hardware virtualization ({candidate.Name()}) works");
            }
            catch (QemuException e)
            {
                reasons.Add($"{candidate.Name()} is there but did not boot the guest: {e.Message}");
            }
        }

        var why = reasons.Count > 0 ? string.Join("; ", reasons) : "this processor has no accelerator for x86-64 guests";
        progress?.Report($"no hardware virtualization, machines are emulated (slower): {why}");
        return Remember(Accelerator.Tcg, basis, why);
    }

    /// <summary>What a verdict depends on.</summary>
    internal static string Basis(QemuVersion version)
    {
        var kvm = OperatingSystem.IsLinux() ? KvmDevice.Access() : "";
        return $"{version.Text}; {System.Runtime.InteropServices.RuntimeInformation.OSDescription}; {kvm}";
    }

    private static string? Obstacle(Accelerator candidate) => candidate != Accelerator.Kvm ? null : KvmDevice.Access() switch
    {
        "absent" => "/dev/kvm does not exist (virtualization is off in the firmware, or this is a virtual machine without nesting)",
        "denied" => "/dev/kvm may not be opened by this user (add yourself to its group: sudo usermod -aG kvm $USER, then log in again)",
        _ => null,
    };

    private AcceleratorVerdict Remember(Accelerator accelerator, string basis, string explanation)
    {
        var verdict = new AcceleratorVerdict { Accelerator = accelerator, Explanation = explanation, Basis = basis, FoundAt = time.GetUtcNow() };
        memory.Remember(verdict);
        return verdict;
    }
}
