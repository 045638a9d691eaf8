using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Sbx.Api.Errors;

namespace Sbx.Images.Payloads;

/// <summary>Content of <c>payloads.json</c>. Written by nuget/pack.sh.</summary>
internal sealed partial record PayloadList
{
    /// <summary>Version of this format; 1.</summary>
    public required int Format { get; init; }

    /// <summary>The packages.</summary>
    public required IReadOnlyList<PayloadPackage> Packages { get; init; }

    [JsonIgnore]
    public PayloadPackage Guest => Packages.First(p => p.Kind == "guest");

    [JsonIgnore]
    public IEnumerable<PayloadPackage> Templates => Packages.Where(p => p.Kind == "template");

    /// <exception cref="SbxException">The list is missing or not valid.</exception>
    public static PayloadList Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SbxException(
                ErrorCode.Image, $"The list of image packages is missing: {path}",
                "Reinstall sbx with 'dotnet tool update'; in a checkout run './sbx', which makes it.", e);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new SbxException(ErrorCode.Image, $"The list of image packages cannot be used: {path}: {e.Message}", "Reinstall sbx, or run './sbx' in the checkout again.", e);
        }
    }

    /// <exception cref="FormatException">Not a valid list.</exception>
    public static PayloadList Parse(ReadOnlySpan<byte> json)
    {
        PayloadList list;
        try
        {
            list = JsonSerializer.Deserialize(json, ImagesJson.Default.PayloadList) ?? throw new FormatException("it is empty");
        }
        catch (JsonException e)
        {
            throw new FormatException("it is not valid JSON of this kind", e);
        }

        if (list.Format != 1)
            throw new FormatException($"its format is {list.Format}, this build reads 1");
        foreach (var package in list.Packages)
        {
            // Id and version become names of directories.
            if (!SafeName().IsMatch(package.Id) || !SafeName().IsMatch(package.Version) || package.Version.Contains("..", StringComparison.Ordinal))
                throw new FormatException("a package has no proper id or version");
            if (package.Digest.Length != 64 || !package.Digest.All(char.IsAsciiHexDigitLower) || package.Sha512.Length != 88)
                throw new FormatException($"the hashes of {package.Id} are not proper");
            if (package.Size is <= 0 or > Manifest.MaximumSize || package.UnpackedSize is <= 0 or > Manifest.MaximumSize)
                throw new FormatException($"the sizes of {package.Id} are not proper");
        }

        if (list.Packages.Count(p => p.Kind == "guest") != 1)
            throw new FormatException("it names no guest, or several");
        return list;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._+-]{0,99}\z")]
    private static partial Regex SafeName();
}
