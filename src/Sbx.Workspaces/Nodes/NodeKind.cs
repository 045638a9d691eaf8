namespace Sbx.Workspaces.Nodes;

/// <summary>How a node is served.</summary>
internal enum NodeKind : byte
{
    /// <summary>A file, directory, link or special file of the host.</summary>
    Ordinary,

    /// <summary>The made-up directory that holds the roots; node 1.</summary>
    Top,

    /// <summary>The directory of a root; its descriptor is opened at the start and held to the end.</summary>
    RootDirectory,

    /// <summary>The directory around a root that is one file; never shown to the guest.</summary>
    RootParent,

    /// <summary>A mount point of the host inside a root: shown empty and unchangeable, never crossed.</summary>
    MountPoint,
}
