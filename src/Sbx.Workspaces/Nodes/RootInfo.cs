using System.Text;
using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Nodes;

/// <summary>A root that is being served.</summary>
internal sealed class RootInfo(int index, WorkspaceRoot root, ulong mount, ulong device, bool hasBirthTimes)
{
    internal int Index { get; } = index;

    /// <summary>Name in the file system's root.</summary>
    internal byte[] IndexName { get; } = Encoding.UTF8.GetBytes($"{index}");

    internal string HostPath { get; } = root.HostPath;

    internal bool ReadOnly { get; } = root.ReadOnly;

    internal bool IsFile { get; } = root.IsFile;

    /// <summary>Mount the root lies on; anything on another is not entered.</summary>
    internal ulong Mount { get; } = mount;

    internal ulong Device { get; } = device;

    /// <summary>False on overlay file systems, where the first write gives a file another birth.</summary>
    internal bool HasBirthTimes { get; } = hasBirthTimes;

    /// <summary>The <see cref="NodeKind.RootDirectory"/> or <see cref="NodeKind.RootParent"/> node.</summary>
    internal Node Anchor { get; set; } = null!;

    /// <summary>Name of the file in <see cref="Anchor"/> where the root is one file; ends in NUL.</summary>
    internal byte[] FileName { get; set; } = [];

    /// <summary>Whether what <paramref name="stat"/> tells of lies on the root's own mount (kernels before 5.8: device).</summary>
    internal bool Holds(in Statx stat) =>
        (stat.Mask & Statx.MountId) != 0 && Mount != 0 ? stat.Mount == Mount : stat.Device == Device;
}
