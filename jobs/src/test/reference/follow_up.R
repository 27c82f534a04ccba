# Numbers that the tests of linkage.stats compare with where windows are still open, by R's survival.
# Run: Rscript jobs/src/test/reference/follow_up.R
suppressPackageStartupMessages(library(survival))
options(digits = 16)
show <- function(name, value) cat(sprintf("%-34s %s\n", name, paste(sprintf("%.16g", value), collapse = " ")))

# The fixture of FollowUpExample.java: 360 observations in twelve buckets, five levels in favourable
# order, nine periods. The horizon is the end of period 6.
i <- 0:359
bucket <- i %% 12
level <- (7 * i + i %/% 5 + i * i) %% 5
ends <- (3 * i * i + 5 * i + i %/% 7) %% 9
loses <- (11 * i + 5 * (i %/% 3) + i * i) %% 10 < 7 - level
period <- ifelse(loses, pmax(1, ends), ends)
horizon <- 6
time <- pmin(period, horizon)
lost <- as.numeric(loses & period <= horizon)
show("lost, censored before, retained", c(sum(lost), sum(!lost & period < horizon), sum(!lost & period >= horizon)))

# Losses before censorings of one period, said by moving the censorings a quarter of a period later.
later <- time + ifelse(lost == 1, 0, 0.25)
retention <- function(use, at) {
  if (!any(use)) return(NaN)
  summary(survfit(Surv(later[use], lost[use]) ~ 1), times = at, extend = TRUE)$surv
}
weights_of <- function(use) {
  weights <- rep(0, length(time))
  weights[use] <- rttright(Surv(later, lost) ~ 1, data = data.frame(later, lost)[use, ], times = horizon + 0.1)
  weights
}
auc_of <- function(use) {
  weights <- weights_of(use)
  known <- weights > 0
  outcome <- 1 - lost[known]
  as.numeric(concordance(outcome ~ level[known], weights = weights[known])$concordance)
}
c_of <- function(use, ...) as.numeric(concordance(Surv(time[use], lost[use]) ~ level[use], ...)$concordance)
brier_of <- function(use) {
  weights <- weights_of(use)
  fold <- bucket %% 5
  score <- 0; reference <- 0
  for (f in 0:4) {
    others <- use & fold != f
    overall <- 1 - retention(others, horizon)
    for (k in 0:4) {
      here <- use & fold == f & level == k
      q <- 1 - retention(others & level == k, horizon)
      score <- score + sum(weights[here] * (lost[here] - q)^2)
      reference <- reference + sum(weights[here] * (lost[here] - overall)^2)
    }
  }
  c(score / sum(use), reference / sum(use), 1 - score / reference)
}
jackknife <- function(statistic) {
  replicates <- matrix(sapply(0:11, function(g) statistic(bucket != g)), ncol = 12)
  deviations <- replicates - rowMeans(replicates)
  diag(11 / 12 * deviations %*% t(deviations))
}
everyone <- rep(TRUE, length(time))
weights <- weights_of(everyone)
show("weights of losses in 1 to 6", sapply(1:6, function(p) max(weights[lost == 1 & time == p])))
show("weight of retained", max(weights[lost == 0 & time == horizon]))
show("retention 1 to 6", retention(everyone, 1:6))
show("auc", auc_of(everyone))
show("auc variance", jackknife(auc_of))
df <- min(length(unique(bucket[lost == 1])), length(unique(bucket[lost == 0 & time == horizon]))) - 1
logit_variance <- jackknife(function(use) qlogis(auc_of(use)))
show("auc interval", plogis(qlogis(auc_of(everyone)) + c(-1, 1) * qt(0.975, df) * sqrt(logit_variance)))
counts <- concordance(Surv(time, lost) ~ level)
show("concordance counts", counts$count)
show("concordance", counts$concordance)
show("concordance variance", jackknife(c_of))
show("weighted concordance", c_of(everyone, timewt = "n/G2"))
show("weighted concordance variance", jackknife(function(use) c_of(use, timewt = "n/G2")))
show("brier, reference, scaled", brier_of(everyone))
show("scaled brier variance", jackknife(function(use) brier_of(use)[3]))
band <- level <= 1
show("band at risk 1 to 6", summary(survfit(Surv(later[band], lost[band]) ~ 1), times = 1:6, extend = TRUE)$n.risk)
curve <- retention(band, 1:6)
variance <- jackknife(function(use) retention(use & band, 1:6))
variance_of_logit <- jackknife(function(use) qlogis(retention(use & band, 1:6)))
show("band retention", curve)
show("band retention variance", variance)
show("band lower", plogis(qlogis(curve) - qt(0.975, 11) * sqrt(variance_of_logit)))
show("band upper", plogis(qlogis(curve) + qt(0.975, 11) * sqrt(variance_of_logit)))

# Revenue: an outcome of whole amounts with ties, uncensored.
revenue <- (i * i + 3 * level + i %/% 4) %% 11
show("revenue counts", concordance(revenue ~ level)$count)
show("revenue concordance", concordance(revenue ~ level)$concordance)
