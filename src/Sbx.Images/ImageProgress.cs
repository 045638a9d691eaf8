namespace Sbx.Images;

/// <summary>What is being done to bring an image into the cache.</summary>
public enum ImageStage
{
    /// <summary>Another process is fetching the same image; waiting for it.</summary>
    Waiting,

    /// <summary>The package is coming from its source.</summary>
    Downloading,

    /// <summary>The package's files are being unpacked and hashed.</summary>
    Unpacking,
}

/// <summary>How far it is.</summary>
/// <param name="Package">Package id.</param>
/// <param name="Stage">What is being done.</param>
/// <param name="Bytes">Bytes done of this stage.</param>
/// <param name="Total">Bytes of this stage in all; null when not known.</param>
public sealed record ImageProgress(string Package, ImageStage Stage, long Bytes, long? Total);
